"""FLOPS's black-box prompt tuning: how many numbers are tuned, and is the problem small?

Printed   p_T = z_T W_T with z_T in R^{m_T x d_T}, p_I = z_I W_I with z_I in R^{m_I x d_I}: the problem has
          d_T + d_I << D_T + D_I dimensions, and a few thousand parameters.
Repaired  m_T d_T + m_I d_I numbers, the entries of the two matrices: d_T + d_I only for one prompt token
          each.  With Appendix C.2 (d_I + d_T = 1000, 12 text and 10 visual tokens) that is 10 000 to 12 000,
          not a few thousand; and D_T + D_I = 512 + 756 = 1268, of which 1000 are 79 per cent, so that << does
          not hold.
Notes     The tokens S_T, S_I place n_T, n_I prompt tokens, z_T and z_I have m_T, m_I rows, which the
          sequences use for the text and the image: the lengths agree only if n = m.  Equation (12) multiplies
          by the numbers D_T, D_I in place of the matrices W_T, W_I, and maximises the cross-entropy, which
          one minimises. D_I = 756 is the width of the visual encoder ViT-B/32; Appendix C.1 prints 786 for
          ViT-base, which its twelve heads do not divide.
Shapes    m, n, d, D: whole numbers, one of each for text and image.
Units     counts.
Source    FLOPS, Section 5.2, paragraphs 1-3, equation (12); Appendix C.1 and C.2.
"""

from typing import Any

import sympy as sp

from theory.claim import Claim, Given, Mutant, PrintedStep, Quantity, Repair, Statement
from theory.family import Family, Instance, Integer, replace
from theory.proof import Chain, Entail, Line, Rewrite

m_T, n_T, d_T, D_T = sp.symbols("m_T n_T d_T D_T", positive=True, integer=True)
m_I, n_I, d_I, D_I = sp.symbols("m_I n_I d_I D_I", positive=True, integer=True)
heads = sp.Symbol("h", positive=True, integer=True)
text_rows, image_rows = sp.symbols("r_T r_I", positive=True, integer=True)
j = sp.Symbol("j", positive=True, integer=True)
tuned = sp.Sum(d_T, (j, 1, m_T)) + sp.Sum(d_I, (j, 1, m_I))
SHARED, WIDTH, VIT_B = 1000, 786, 768

FAMILY = Family(
    fields={
        "m_T": Integer(1, 12),
        "n_T": Integer(1, 12),
        "d_T": Integer(1, 999),
        "D_T": Integer(512, 512),
        "m_I": Integer(1, 12),
        "n_I": Integer(1, 12),
        "D_I": Integer(756, 756),
    },
    leaves_out="other dimensions than those that Section 5.2 and Appendix C.2 print: d_T + d_I = 1000",
)


def rows(i: Instance) -> tuple[list, list]:
    """z_T and z_I as lists of rows, every entry a number to tune."""
    text = [[0] * i.d_T for _ in range(i.m_T)]
    image = [[0] * (SHARED - i.d_T) for _ in range(i.m_I)]
    return text, image


def numbers(i: Instance) -> int:
    """The entries of both matrices."""
    return sum(len(row) for matrix in rows(i) for row in matrix)


def count(text: str, relation: str, right: Any, givens: tuple = (), **more: Any) -> Statement:
    left = Quantity(text="numbers that are tuned", run=numbers, expr=more.pop("expr", None))
    return Statement(text=text, left=left, relation=relation, right=right, givens=givens, **more)


def step(item: str, left: Any, relation: str, right: Any, text: str, by: Any = None) -> PrintedStep:
    return PrintedStep(item=item, left=left, relation=relation, right=right, text=text, by=by)


SPLIT = Given(text="d_T + d_I = 1000 (Appendix C.2)", fact=sp.Eq(d_T + d_I, SHARED))
LONE = Given(text="m_T = m_I = 1", fact=sp.And(sp.Eq(m_T, 1), sp.Eq(m_I, 1)))
PAPER = Instance(m_T=12, n_T=12, d_T=500, D_T=512, m_I=10, n_I=10, D_I=756)
SINGLE = replace(PAPER, m_T=1, m_I=1)
UNEVEN = replace(PAPER, n_T=11, m_I=3)
TALL = replace(PAPER, d_T=999)
FEW = 5000

CLAIM = Claim(
    items=(
        "flops.sec5_2.reduced",
        "flops.sec5_2.tokens",
        "flops.sec5_2.projection",
        "flops.eq12",
        "flops.exp.prompt_model",
        "flops.exp.prompt_details",
        "flops.sec5_2.parameters",
        "flops.secC1.vit_base",
    ),
    readings=(
        count("d_T + d_I, as printed", "==", d_T + d_I, (SPLIT,)),
        count(
            "one prompt token for text and image each",
            "==",
            d_T + d_I,
            (SPLIT, LONE),
            expr=tuned,
            proof=lambda: Chain(tuned, (Line("==", d_T + d_I, Entail()),)),
        ),
        Statement(
            text="d_T + d_I << D_T + D_I: at most a tenth",
            left=Quantity(text="d_T + d_I", run=lambda i: len(rows(i)[0][0]) + len(rows(i)[1][0])),
            relation="<=",
            right=(D_T + D_I) / 10,
            givens=(SPLIT,),
        ),
        count("a few thousand, five at most", "<=", sp.Integer(FEW), (SPLIT,)),
    ),
    family=FAMILY,
    symbols={
        m_T: lambda i: i.m_T,
        n_T: lambda i: i.n_T,
        d_T: lambda i: i.d_T,
        D_T: lambda i: i.D_T,
        m_I: lambda i: i.m_I,
        n_I: lambda i: i.n_I,
        d_I: lambda i: SHARED - i.d_T,
        D_I: lambda i: i.D_I,
        text_rows: lambda i: len(rows(i)[0]),
        image_rows: lambda i: len(rows(i)[1]),
    },
    repair=Repair(
        changes="m_T d_T + m_I d_I, the entries of z_T and z_I",
        statement=count(
            "all entries of z_T and z_I",
            "==",
            m_T * d_T + m_I * d_I,
            (SPLIT,),
            expr=tuned,
            proof=lambda: Chain(tuned, (Line("==", m_T * d_T + m_I * d_I, Rewrite()),)),
        ),
        nondegenerate=PAPER,
    ),
    steps=(
        step(
            "flops.sec5_2.tokens",
            1 + sp.Sum(1, (j, 1, n_T)) + sp.Sum(1, (j, 1, m_T)),
            "==",
            1 + n_T + m_T,
            "rows of S_T: cls, prompt, text",
            Rewrite(),
        ),
        step(
            "flops.sec5_2.projection",
            image_rows,
            "==",
            n_I,
            "p_I = z_I W_I has m_I rows; the prompt tokens of S_I = [cls, e_I, p_I] are n_I",
        ),
        step(
            "flops.eq12",
            d_T,
            "==",
            D_T,
            "z_T . D_T as a product of matrices: d_T columns against D_T, a number, where W_T is meant",
        ),
        step("flops.exp.prompt_details", d_I + d_T, "==", sp.Integer(SHARED), "as given", Entail()),
        step(
            "flops.exp.prompt_model",
            D_I,
            "==",
            sp.Integer(VIT_B),
            "the visual encoder is a ViT-B, of width 768 (Dosovitskiy et al. 2020, Table 1)",
        ),
        step(
            "flops.secC1.vit_base",
            sp.Integer(12 * (WIDTH // 12)),
            "==",
            sp.Integer(WIDTH),
            "786 numbers in 12 heads of equal size (768 is meant)",
        ),
    ),
    transcription=lambda i: i.d_T + (SHARED - i.d_T),
    witnesses=(PAPER, SINGLE, UNEVEN, TALL),
    tight_at=(PAPER,),
    mutants=(
        Mutant(text="d_T + d_I", right=d_T + d_I, dies_at=PAPER),
        Mutant(text="the embedding dimensions", right=m_T * D_T + m_I * D_I, dies_at=PAPER),
        Mutant(text="text rows for both", right=m_T * (d_T + d_I), dies_at=UNEVEN),
    ),
)

"""A run of invented results that has every kind of row: the reports are tested on it."""

from proofs_check.verdict import (
    ClaimResult,
    Consistency,
    Counterexample,
    Evidence,
    ItemRow,
    MutantResult,
    ProofResult,
    RepairResult,
    Run,
    StatementResult,
    StepLine,
    StepResult,
)

VARIANCE = r"\mathbb{E} [\|\bar{\mathbf{g}} - \mathbf{g}\|^2] \leq \frac{K-1}{mK} \sigma_{\max}(\Theta)^2"
POINTS = tuple((0.5 * k, 0.55 * k + 0.01 * k * k) for k in range(1, 40))

PROOF = ProofResult(
    ok=True,
    lines=(
        StepLine(latex=r"\mathbb{E}\left[\|u\|^2\right]", relation="", rule="start", text="", ok=True),
        StepLine(
            latex=r"\frac{d + m - 1}{m} \|g\|^2",
            relation="==",
            rule="Expect",
            text="second moments of the sphere",
            ok=True,
            lemmas=("sphere_second_moment",),
        ),
        StepLine(latex=r"\frac{d}{m} \|g\|^2 + " + "x + " * 40 + "y", relation="<=", rule="Entail",
                 text="m >= 1", ok=True, reason="z3: unsat in 0.1 s"),
    ),
    lemmas=("sphere_second_moment",),
)  # fmt: skip

LITERAL = StatementResult(
    text="variance is the mean squared error",
    latex=r"\mathbb{E}\left[\|a\|^2\right] \leq \frac{K - 1}{K m} \|g\|^2",
    verdict="refuted",
    reason="the left side is larger",
    evidence=(Evidence(kind="exact", text="violated at a rational instance"),),
    counterexample=Counterexample(
        repr="Instance(K=2, m=1, g=(Fraction(1, 1), 0))", lhs="1", rhs="1/2", exact=True
    ),
    ratio=2.0,
    ratio_at="Instance(K=2, m=1)",
    points=((1.0, 0.5), (0.25, 0.5)),
)
TRACE = StatementResult(
    text="variance is the trace of the covariance <of g>",
    latex=r"\operatorname{tr} \Sigma \leq \frac{K - 1}{m} \|g\|^2",
    verdict="supported",
    evidence=(Evidence(kind="search", text="no violation on 400 instances"),),
    ratio=0.999,
    tight=True,
    instances=400,
    points=POINTS,
    mutants=(MutantResult(text="m -> m + 1", outcome="killed", at="Instance(K=2, m=1)"),),
)
REPAIRED = StatementResult(
    text="with K in place of (K-1)/K",
    latex=r"\mathbb{E}\left[\|a\|^2\right] \leq \frac{K}{m} \|g\|^2",
    verdict="proved",
    evidence=(Evidence(kind="search", text="silent"), Evidence(kind="symbolic", text="chain of 2 lines")),
    proof=PROOF,
    ratio=1.0,
    tight=True,
    points=POINTS,
    instances=400,
    mutants=(
        MutantResult(text="K -> K - 1", outcome="killed", at="Instance(K=2, m=1)"),
        MutantResult(text="drop the O term", outcome="sharper"),
        MutantResult(text="K -> 2 K", outcome="weaker"),
    ),
)
FALLEN = ClaimResult(
    id="glue.prop1@sphere",
    items=("glue.prop1", "glue.prop1.step1"),
    readings=(LITERAL, TRACE),
    repair=RepairResult(changes="K for (K-1)/K", result=REPAIRED, given=("m >= 1",)),
    steps=(
        StepResult(item="glue.prop1.step1", latex=r"x^2 \geq 0", holds=True, follows=False, note="needs A2"),
    ),
    alpha_spent=1e-9,
    seconds=3.21,
    givens=("u uniform on the unit sphere", "m >= 1"),
    leaves_out="dimensions above 8",
)  # fmt: skip
PROVED = ClaimResult(
    id="flops.secA3.gap",
    items=("flops.secA3.gap",),
    readings=(StatementResult(text="as printed", latex="a = b", verdict="proved", proof=PROOF, ratio=1.0,
                              evidence=(Evidence(kind="symbolic", text="chain"),), tight=True),),
    seconds=0.4,
)  # fmt: skip
DIVERGES = ClaimResult(
    id="flops.thm2",
    items=("flops.thm2",),
    readings=(StatementResult(text="as printed", latex=r"\mathbb{E}[1/A] \geq 0", verdict="ill-posed",
                              reason="E[1/A_0] diverges", ratio=float("inf")),),
    seconds=0.1,
)  # fmt: skip
OPEN = ClaimResult(
    id="sail.thm1",
    items=("sail.thm1",),
    readings=(StatementResult(text="as printed", latex=r"x \leq y", verdict="undecided", reason="time-out",
                              ratio=float("nan")),),
    seconds=9.0,
)  # fmt: skip


def row(id: str, kind: str = "claim", printed: str = "", **known) -> ItemRow:
    return ItemRow(
        id=id, kind=kind, place="Section 4.2, Theorem 2 (Theoretical Improvement)", printed=printed, **known
    )


TWICE = Consistency(
    first="glue.prop1", second="glue.a1", kind="printed again", status="contradict",
    text="they differ on 3 of 4 instances", at="Instance(K=2, m=1)", sides=("1/2", "<1/3>"),
)  # fmt: skip
ALIKE = Consistency(
    first="flops.thm2", second="flops.secA3.gap", kind="used again", status="agree", text="the same formula"
)
LATER = Consistency(
    first="sail.thm1",
    second="sail.eq7",
    kind="used again",
    status="not compared",
    text="no claim on sail.eq7",
)

RUN = Run(
    seed=0,
    effort="default",
    version="0.1.0",
    papers=("glue", "flops", "sail"),
    claims=(FALLEN, PROVED, DIVERGES, OPEN),
    items=(
        row("glue.prop1", printed=VARIANCE, claim="glue.prop1@sphere", verdict="refuted"),
        row("glue.prop1.step1", "step", r"x^2 \geq 0", claim="glue.prop1@sphere", holds=True, follows=False),
        row("glue.a1", "assumption"),
        row("flops.secA3.gap", printed="a = b", claim="flops.secA3.gap", verdict="proved"),
        row("flops.thm2", printed=r"\left[ x \right. + \frac{", claim="flops.thm2", verdict="ill-posed"),
        row(
            "sail.thm1",
            printed=r"x \leq y",
            claim="sail.thm1",
            verdict="undecided",
            note="</script><b>no</b>",
        ),
        row("sail.eq7"),
    ),
    errors=(),
    family=1e-6,
    spent=1e-9,
    seconds=12.5,
    consistency=(TWICE, ALIKE, LATER),
)

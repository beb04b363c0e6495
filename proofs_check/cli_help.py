"""What `mergeproof --help` and the helps of its commands say."""

GUIDE = """\
examples
  mergeproof list                        every claim, and where it is printed
  mergeproof verify                      judge them all
  mergeproof verify sail.thm2 'glue.*'   judge some; an inventory id will do
  mergeproof verify my_claim.py          judge a claim of your own
  mergeproof show sail.thm2              one claim, from print to proof
  mergeproof explain sail.secE.a         its counterexample, step by step
  mergeproof bound sail.thm2             the symbols of a bound; then, with
  mergeproof bound ID n=8 s=1,2 c=1/3    your numbers, its value, or what fails

exit status
  0  every claim has a statement that stands: as printed, reread or repaired
  1  some claim has none: refuted, ill-posed or undecided without a repair
     (at quick effort, "mutants not run at quick effort" alone is no reason)
  2  wrong use, or a broken claim file
"""
VERIFY = """\
Judge claims: search for violations, check the proofs line by line, let wrong versions (mutants) die.

ID       a claim or inventory id; *, ? and [...] match many (quote them)
FILE.py  a claim file of your own. It is Python and is run, with your rights,
         as `python FILE.py` would be: name only files that you trust.
"""
BOUND = """\
Put numbers into a bound: 3, 0.5 and 1/3 are exact, a vector is 1,2,3.
Without values it lists the symbols. With values it shows the printed and the
repaired version, and every condition that your numbers break and by how much.
Exit status 1 if the last version's conditions fail.
"""


PAGES = "Judge the claims and write for each paper what holds, what does not, what to use instead."
EXPLAIN = """\
The counterexample of a claim that falls as a calculation to follow with pencil
and paper: the instance, each assumption, both sides step by step with exact
numbers, the comparison, and what the repaired bound gives there. For a claim
that stands: the point where it is tight.
"""

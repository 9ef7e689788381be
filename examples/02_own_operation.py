"""An operation of one's own, and an oracle that computes the result in another way."""

from math import gcd

import workdepth as wd

# What it is called, how many operands it takes, what computes it, and the facts that the analysis may use.
GCD = wd.Op("gcd", 2, "gcd", associative=True, commutative=True, neutral=0)

g = wd.Algorithm("gcd-of-all")
g.output(g.fold(GCD, g.input("x", wd.size("n"))))

print("the greatest common divisor of 84, 126 and 210 is", wd.run(g, x=[84, 126, 210]))
print(wd.check(g, oracle=lambda x: gcd(*x.tolist()), n=range(1, 17)))

try:
    g.fold(wd.SUBTRACT, g.input("y", wd.size("n")))
except wd.WorkdepthError as error:
    print("\nrefused:", error)

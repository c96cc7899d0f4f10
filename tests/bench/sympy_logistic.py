# SPDX-License-Identifier: GPL-2.0-or-later
# dL/dw of examples/logistic.gr by SymPy: diff, then simplify.
from sympy import diff, exp, log, simplify, symbols

x, y, w, b = symbols("x y w b", real=True)
z = w * x + b
a = 1 / (1 + exp(-z))
L = -(y * log(a) + (1 - y) * log(1 - a))
print(simplify(diff(L, w)))

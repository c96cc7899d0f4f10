// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

// One hidden layer, a sigmoid and the cross-entropy, over m examples in columns.
inline const char* const network = R"(dim n, h, m
input X[n, m], Y[1, m]
param W1[h, n], b1[h, 1], W2[1, h], b2[1, 1]
Z1 = W1 @ X + b1
A1 = tanh(Z1)
Z2 = W2 @ A1 + b2
A2 = sigmoid(Z2)
Loss = -(Y*ln(A2) + (1 - Y)*ln(1 - A2))
J = sum(Loss)/m
)";

// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <random>
#include <string>
#include <vector>

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

// A network of one or two layers, examples in columns or in rows, with some activations, a cost and a penalty.
inline std::string random_network(std::mt19937& random) {
  const auto pick = [&](const std::vector<std::string>& of) { return of[random() % of.size()]; };
  const bool columns = random() % 2 == 0;  // examples
  const int depth = 1 + static_cast<int>(random() % 2);
  std::string text = "dim n0, n1, n2, m\ninput X[" + std::string(columns ? "n0, m" : "m, n0") + "]";
  const std::string last = "n" + std::to_string(depth);
  text += ", Y[" + (columns ? last + ", m" : "m, " + last) + "]\nparam lambda";
  for (int l = 1; l <= depth; ++l) {
    const std::string in = "n" + std::to_string(l - 1), out = "n" + std::to_string(l);
    text += ", W" + std::to_string(l) + "[" + (columns ? out + ", " + in : in + ", " + out) + "], b" +
            std::to_string(l) + "[" + (columns ? out + ", 1" : "1, " + out) + "]";
  }
  std::string before = "X";
  text += '\n';
  for (int l = 1; l <= depth; ++l) {
    const std::string n = std::to_string(l);
    text += "Z" + n + " = " + (columns ? "W" + n + " @ " + before : before + " @ W" + n) + " + b" + n + "\n";
    text += "A" + n + " = " + pick({"tanh(Z#)", "sigmoid(Z#)", "Z#^2", "Z#", "exp(Z#)/2", "Z#*sigmoid(Z#)"}) + "\n";
    text.replace(text.rfind("A" + n), std::string::npos, [&] {
      std::string line = text.substr(text.rfind("A" + n));
      for (std::size_t at = line.find('#'); at != std::string::npos; at = line.find('#')) line.replace(at, 1, n);
      return line;
    }());
    before = "A" + n;
  }
  text += "J = " +
          pick({"sum((" + before + " - Y)^2)/m", "mean((" + before + " - Y)^2)", "sum(Y*" + before + ")",
                "norm(" + before + " - Y)"}) +
          pick({"", " + lambda*sum(W1^2)", " + lambda/2*trace(W1 @ W1.T)"}) + "\n";
  return text;
}

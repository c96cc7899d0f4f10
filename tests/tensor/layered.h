// SPDX-License-Identifier: GPL-2.0-or-later
// Models with layers, and what holds for them when they are written out.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "gradus/tensor/layers.h"
#include "tensor/derivations.h"
#include "tensor/layers.h"

namespace gradus::layered {

// A perceptron of any depth; `n[0]` inputs.
inline const char* const perceptron = R"(dim m
layer l in 1..depth
dim n[l]
input X[n[0], m], Y[n[depth], m]
param W[l][n[l], n[l-1]], b[l][n[l], 1], lambda
A[0] = X
Z[l] = W[l] @ A[l-1] + b[l]
A[l] = tanh(Z[l])
Loss = sum((A[depth] - Y)^2, axis=0)/2
J = sum(Loss)/m + lambda/2*sum[l](sum(W[l]^2))
)";

// Hidden layers with an activation that is not specified, and an output layer of its own.
inline const char* const classifier = R"(dim m
layer l in 1..depth
dim n[l]
input X[n[0], m], Y[1, m]
param W[l][n[l], n[l-1]], b[l][n[l], 1], V[1, n[depth]], c
function g(t)
A[0] = X
Z[l] = W[l] @ A[l-1] + b[l]
A[l] = g(Z[l])
z = V @ A[depth] + c
a = sigmoid(z)
Loss = -(Y*ln(a) + (1 - Y)*ln(1 - a))
J = sum(Loss)/m
convention per-example over m
)";

// A recurrent network with a loss in each step, and one that compares steps.
inline const char* const recurrent = R"(dim k, h, m
layer t in 1..T
input x[t][k, m], y[t][1, m], h0[h, m]
param U[h, k], V[h, h], b[h, 1], w[1, h], mu
s[0] = h0
z[t] = U @ x[t] + V @ s[t-1] + b
s[t] = tanh(z[t])
p[t] = w @ s[t]
Loss = sum[t]((p[t] - y[t])^2)/2
J = sum(Loss)/m + sum[t](mu*sum(s[t-1]*s[t]))
)";

// A cell with two things that go from step to step.
inline const char* const cell = R"(dim n, h
layer t in 1..T
input x[t][n], y[t][h], h0[h], c0[h]
param Wi[h, n], Ui[h, h], Wf[h, n], Uf[h, h], Wg[h, n], Ug[h, h]
s[0] = h0
c[0] = c0
i[t] = sigmoid(Wi @ x[t] + Ui @ s[t-1])
f[t] = sigmoid(Wf @ x[t] + Uf @ s[t-1])
g[t] = tanh(Wg @ x[t] + Ug @ s[t-1])
c[t] = f[t]*c[t-1] + i[t]*g[t]
s[t] = tanh(c[t])
J = sum[t](sum((s[t] - y[t])^2))/2
)";

// Residual layers with a scale that all of them share.
inline const char* const residual = R"(dim d, m
layer l in 1..L
input X[d, m], Y[d, m], mask[l][d, m]
param U[l][d, d], c[l][d, 1], gamma
H[0] = X
F[l] = U[l] @ H[l-1] + c[l]
G[l] = relu(F[l])*mask[l]
H[l] = H[l-1] + gamma*G[l]
Loss = -sum(Y*ln(softmax(H[L], axis=0)), axis=0)
J = mean(Loss)
assume sum(Y, axis=0) = 1
)";

// What is defined before the layers, and used by the first one, by all of them, behind them, and by one another.
inline const char* const prepared = R"(dim k, m
layer l in 1..L
input X[k, m], Y[k, m]
param W[l][k, k], V[k, k], r
B = V @ X
C = r*B
A[0] = B
Z[l] = W[l] @ A[l-1] + C
A[l] = tanh(Z[l])
J = sum((A[L] - Y)^2)/m + sum(B^2) + r
)";

// Two that all layers use, one computed from the other.
inline const char* const squared = R"(dim k, m
layer l in 1..L
input X[k, m], Y[k, m]
param W[l][k, k], V[k, k]
P = V @ V
Q = P @ P
A[0] = X
Z[l] = (W[l] + P) @ A[l-1] + Q @ X
A[l] = tanh(Z[l])
J = sum((A[L] - Y)^2)
)";

// The same formulas, as claims about the model that is written out: another way altogether.
inline void require_same_as_written_out(lab::Lab& lab, const Model& model, const std::vector<Derivation>& all,
                                        long depth) {
  const tensor::LayerParts parts(lab.engine, model, model.definitions.back().symbol);
  const std::string l = lab.arena.name(model.layers->index);
  Model written = with_depth(lab.engine, model, depth);
  std::vector<Derivation> instances;
  for (const Derivation& d : all) {
    const bool ranged = d.note.starts_with("for ");
    const long last = !ranged ? 1 : d.note.find(" - 1") != std::string::npos ? depth - 1 : depth;
    for (long k = 1; k <= last; ++k) {
      Derivation at = d;
      for (Expr* side : {&at.start, &at.result}) {
        if (ranged) *side = at_layer(lab.arena, *side, l, {{}, {}, k});
        *side = parts.fixed(*side, depth);
      }
      at.steps.clear();
      instances.push_back(at);
    }
  }
  require_proved(lab, written, instances);
}

}  // namespace gradus::layered

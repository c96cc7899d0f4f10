// SPDX-License-Identifier: GPL-2.0-or-later
// Claims connected link by link with named rules: those of the articles, others of the same kind, and wrong ones.
#include "derive/lines.h"

using namespace gradus;

namespace {

void connect_all(lab::Lab& lab, const ModelFile& file, std::size_t at_least) {
  std::size_t links = 0, connected = 0;
  for (const Model& model : file.models) {
    for (const LinkDerivation& link : derive_via(lab.engine, model)) {
      BOOST_TEST_INFO(print(lab.arena, link.left) << " = " << print(lab.arena, link.right) << ": " << link.reason);
      BOOST_CHECK(link.connected);
      ++links;
      connected += link.connected ? 1 : 0;
      if (link.connected) lab::check_trace(lab.arena, link.left, link.steps, link.right);
    }
  }
  BOOST_TEST_MESSAGE(file.source->name << ": " << connected << " of " << links << " links connected");
  BOOST_CHECK_GE(links, at_least);
}

const char* const tanh_by_hand = R"(input x, y
param w, b
z = w*x + b
h = (exp(z) - exp(-z))/(exp(z) + exp(-z))
C = (h - y)^2/2
claim dC/dh = d((h - y)^2/2)/dh
            = 1/2*2*(h - y)
            = h - y
claim dh/dz = ((exp(z) + exp(-z))*(exp(z) + exp(-z)) - (exp(z) - exp(-z))*(exp(z) - exp(-z)))/(exp(z) + exp(-z))^2
            = 1 - (exp(z) - exp(-z))^2/(exp(z) + exp(-z))^2
            = 1 - h^2
claim dC/dw = dC/dh*dh/dz*dz/dw
            = (h - y)*(1 - h^2)*x
claim dC/db = (h - y)*(1 - h^2)
)";

const char* const signs_for_labels = R"(input y, x
param w
assume y in {-1, 1}
z = w*x
s = ln(1 + exp(-y*z))
claim ds/dz = 1/(1 + exp(-y*z))*exp(-y*z)*(-y)
            = -y*exp(-y*z)/(1 + exp(-y*z))
            = -y/(exp(y*z) + 1)
            = -y*sigmoid(-y*z)
            = -y*(1 - sigmoid(y*z))
claim ds/dw = ds/dz*dz/dw = -y*x*(1 - sigmoid(y*z))
model divergence
v = exp(w)
K = (x^2 + v - ln(v) - 1)/2
claim dK/dw = dK/dv*dv/dw
            = (1 - 1/v)/2*v
            = (v - 1)/2
model softmax_of_two
p = exp(w)/(exp(w) + exp(x))
claim p = 1/(1 + exp(x)/exp(w)) = 1/(1 + exp(x - w)) = sigmoid(w - x)
claim dp/dw = (exp(w)*(exp(w) + exp(x)) - exp(w)*exp(w))/(exp(w) + exp(x))^2
            = exp(w)*exp(x)/(exp(w) + exp(x))^2
            = p*(1 - p)
claim ln(p) = w - ln(exp(w) + exp(x))
claim d(-ln(p))/dw = -1/p*dp/dw = -(1 - p) = p - 1
)";

const char* const reciprocal = R"(input x, y
param w
q = w*x
a = 1/(1 + exp(-q))
L = -y*ln(a) - (1 - y)*ln(1 - a)
claim 1/a = 1 + exp(-q)
claim d(1/a)/dq = -exp(-q) = 1 - 1/a = (a - 1)/a
claim d(1/a)/dq = -1/a^2*da/dq
claim da/dq = -a^2*(a - 1)/a = a*(1 - a)
claim ln(a/(1 - a)) = ln(a) - ln(1 - a) = q
claim L = y*ln(1 + exp(-q)) + (1 - y)*(q + ln(1 + exp(-q)))
        = ln(1 + exp(-q)) + (1 - y)*q
        = ln(1 + exp(q)) - y*q
claim dL/dq = exp(q)/(1 + exp(q)) - y = 1/(1 + exp(-q)) - y = a - y
)";

}  // namespace

BOOST_AUTO_TEST_SUITE(via)

BOOST_AUTO_TEST_CASE(articles) {
  for (const std::string& path : lab::article_files()) {
    lab::Lab lab;
    connect_all(lab, lab.read_file(path), path.ends_with("article-1.gr") ? 50 : 20);
  }
}

BOOST_AUTO_TEST_CASE(chains_of_the_same_kind) {
  for (const auto& [text, links] : {std::pair(tanh_by_hand, 9UL), {signs_for_labels, 18UL}, {reciprocal, 15UL}}) {
    lab::Lab lab;
    connect_all(lab, lab.read(text), links);
  }
}

BOOST_AUTO_TEST_CASE(wrong_links_are_not_connected) {
  const std::string head = "input x, y\nparam w, b\nz = w*x + b\na = sigmoid(z)\nL = -(y*ln(a) + (1 - y)*ln(1 - a))\n";
  for (const char* claim :
       {"dL/dz = y - a", "dL/dw = a - y", "da/dz = a*(1 + a)", "ln(a) = ln(1 + exp(-z))",
        "ln(1 - a) = z - ln(1 + exp(z))", "dL/da = y/a - (1 - y)/(1 - a)", "L = -(y*z - ln(1 + exp(-z)))",
        "sqrt(x^2) = x", "ln(x^2) = 2*ln(x)", "d(z^2)/dw = 2*z", "(a - y)*x = a*x - y"}) {
    lab::Lab lab;
    const ModelFile file = lab.read(head + "claim " + claim + "\n");
    const auto links = derive_via(lab.engine, file.models.at(0));
    BOOST_REQUIRE_EQUAL(links.size(), 1U);
    BOOST_TEST_INFO(claim);
    BOOST_CHECK(!links[0].connected && !links[0].reason.empty());
  }
}

BOOST_AUTO_TEST_SUITE_END()

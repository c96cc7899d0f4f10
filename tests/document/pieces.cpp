// SPDX-License-Identifier: GPL-2.0-or-later
#include "document/shown.h"

#include <chrono>

namespace {

using namespace gradus;
using namespace gradus::document;

constexpr auto formats = {Format::markdown, Format::latex, Format::notebook, Format::rst};

void latex(const std::string& text, const Lines& lines, bool prose = false) {
  expect(Format::latex, text, lines, prose);
}
void notebook(const std::string& text, const Lines& lines, bool prose = false) {
  expect(Format::notebook, text, lines, prose);
}
void rst(const std::string& text, const Lines& lines, bool prose = false) { expect(Format::rst, text, lines, prose); }

void refused(const std::string& text, Format format, std::size_t place, const std::string& message) {
  BOOST_TEST_CONTEXT(text) {
    BOOST_CHECK_EXCEPTION(read_pieces(document_of(text), format), Error, [&](const Error& e) {
      BOOST_TEST(e.message == message);
      BOOST_TEST(e.place.begin == place);
      return true;
    });
  }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(pieces)

BOOST_AUTO_TEST_CASE(formats_by_path) {
  BOOST_TEST((format_of("a/b.md") == Format::markdown));
  BOOST_TEST((format_of("b.markdown") == Format::markdown));
  BOOST_TEST((format_of("b.tex") == Format::latex));
  BOOST_TEST((format_of("b.ipynb") == Format::notebook));
  BOOST_TEST((format_of("b.rst") == Format::rst));
  BOOST_TEST(!format_of("b.gr").has_value());
}

BOOST_AUTO_TEST_CASE(no_text) {
  for (const Format f : formats) {
    BOOST_TEST(read_pieces(document_of(""), f).pieces.empty());
    refused(std::string("ab\0c", 4), f, 2, "this is no text: it has a byte that is zero");
  }
}

BOOST_AUTO_TEST_CASE(of_latex) {
  latex("Let $x$ and \\(y\\).\n\nThen\n\\[ z \\]",
        {"1:1 prose Let ", "1:6 formula x", "1:8 prose  and ", "1:15 formula y", "1:18 prose . ", "2:1 paragraph",
         "3:1 prose Then ", "4:4 display z"},
        true);
  latex("so $$x$$ is", {"1:6 display x"});
  latex("costs \\$5 and \\$6, $5 and $", {"1:21 formula 5 and"});
  latex("\\begin{align}x_1\\end{align} \\begin{displaymath}y\\end{displaymath} \\begin{math}z\\end{math}",
        {"1:1 display \\begin{align}x_1\\end{align}", "1:48 display y", "1:79 formula z"});
  latex("\\section{One} \\begin{center}a\\end{center}\\item b", {"1:9 prose {One} a", "1:42 paragraph", "1:48 prose b"},
        true);
  latex("\\begin{verbatim]\n$c$\n\\end{pmatrix}", {});
  latex("\\[ x $y$", {"1:7 formula y", "1:1 unread `\\[` is never closed"});
  latex("a\\\\[2pt] $x$", {"1:11 formula x"});
}

BOOST_AUTO_TEST_CASE(comments_of_latex) {
  latex("$a$ % $b$\n$c$ 5\\% $d$", {"1:2 formula a", "2:2 formula c", "2:10 formula d"});
  latex("\\[ a % \\]\n b \\]", {"1:4 display a \n b"});
  latex("a\n% c\nb", {"1:1 prose a b"}, true);  // no blank line
  latex("%% gradus: claim x\n$a$", {"1:12 directive claim x", "2:2 formula a"});
  latex("\\[ a % gradus: b\n c \\]", {"1:4 display a \n c", "1:16 directive b"});
}

BOOST_AUTO_TEST_CASE(code_of_latex) {
  latex("\\verb|$x$| \\verb*+$y$+ \\lstinline{$z$} $a$", {"1:41 formula a"});
  latex("\\begin{verbatim}\n% $x$\n\\end{verbatim}$a$", {"3:16 formula a"});
  latex("\\begin{minted}{c} $x$ \\end{minted}$a$", {"1:36 formula a"});
  latex("\\begin{lstlisting} $a$", {"1:21 formula a", "1:1 unread `\\begin{lstlisting}` is never closed"});
}

BOOST_AUTO_TEST_CASE(the_body_of_latex) {
  latex("\\title{$x$}\n\\newcommand{\\R}{\\mathbb{R}}\n\\begin{document}\n$a$\n\\end{document}\n$b$",
        {"2:1 formula \\newcommand{\\R}{\\mathbb{R}}", "4:2 formula a"});
}

BOOST_AUTO_TEST_CASE(commands_of_latex) {
  for (const char* text : {"\\newcommand{\\a}{b}", "\\renewcommand*\\a[2][x]{{#1} #2}", "\\def\\a#1#2{\\{b}",
                           "\\DeclareMathOperator*{\\a}{arg\\,min}", "\\newcommand\\a\\alpha"})
    latex("see " + std::string(text) + "here",
          {"1:5 formula " + std::string(text) + (text[5] == 'o' && text[11] == '\\' ? "here" : "")});
  latex("\\newcommand{\\a}{ $x$", {"1:19 formula x"});
  latex("\\define $x$", {"1:10 formula x"});
}

BOOST_AUTO_TEST_CASE(of_notebooks) {
  notebook("  ", {});
  notebook(R"({"cells": []})", {});
  notebook(R"({"cells": [{"cell_type": "code", "source": "$x$"}]})", {});
  notebook(R"({"cells": [{"cell_type": "markdown", "metadata": {"a": [1, {"b": "]"}]}, "source": "a $x$"}], "n": 4})",
           {"1:85 prose a ", "1:88 formula x", "1:90 paragraph"}, true);
  notebook("{\"cells\": [{\"source\": [\n\"$$\\n\",\n\"x = \\\\alpha\\n\",\n\"$$\"],\n\"cell_type\": \"markdown\"}]}",
           {"3:2 display x = \\alpha"});
  notebook(R"({"cells": [{"cell_type": "markdown", "source": "\u03b1\ud83d\ude00\"\/ $x$"}]})",
           {"1:49 prose α😀\"/ ", "1:73 formula x", "1:75 paragraph"}, true);
  notebook(R"({"cells": [{"cell_type": "markdown", "source": "$x"}, {"cell_type": "markdown", "source": "y$"}]})", {});
}

BOOST_AUTO_TEST_CASE(places_of_escapes) {
  const std::string text = R"({"cells": [{"cell_type": "markdown", "source": "$\u03b1\\b$"}]})";
  const Piece piece = read_pieces(document_of(text), Format::notebook).pieces.at(0);
  const std::size_t begin = text.find("\\u");
  BOOST_TEST(piece.text.bytes == "α\\b");
  BOOST_TEST(piece.text.at == (std::vector<std::size_t>{begin, begin, begin + 6, begin + 8, begin + 9}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(no_notebooks) {
  refused("{\"cells\": [}", Format::notebook, 11, "this is no notebook: it is no JSON from here on");
  refused("{\"cells\": [", Format::notebook, 11, "this is no notebook: it is no JSON from here on");
  refused("-9E999", Format::notebook, 0, "this is no notebook: it is no JSON from here on");
  refused(" [1]", Format::notebook, 1, "this is no notebook: it has no `cells`");
  refused("{\"cells\": 1}", Format::notebook, 0, "this is no notebook: it has no `cells`");
}

BOOST_AUTO_TEST_CASE(of_rst) {
  rst("Let :math:`x_1` be\n\n.. math:: a = b\n\nand ``:math:`c```.",
      {"1:1 prose Let ", "1:12 formula x_1", "1:16 prose  be ", "2:1 paragraph", "3:11 display a = b", "4:1 paragraph",
       "5:1 prose and ."},
      true);
  rst("  .. math::\n     :label: one\n\n     a &= b \\\\\n       &= c\n\n     d\n  e",
      {"4:6 display a &= b \\\\\n&= c", "7:6 display d"});
  rst("So::\n\n  :math:`x`\n\n  y\n\n:math:`z`", {"7:8 formula z"});
  rst(".. code-block:: c\n\n   :math:`x`\n\n.. note:: a :math:`y`\n\n   :math:`z`",
      {"5:20 formula y", "7:11 formula z"});
  rst(".. a comment\n   :math:`x`\n\n.. gradus: claim\n   x\n\n.. [1] :math:`y`",
      {"4:12 directive claim\nx", "7:15 formula y"});
  rst("costs $5 or $x$, :math:`never closed\n\nx` \\(y\\)", {});
  rst("Title\n=====\ntext\n\n>>> x\n1\n\nend",
      {"1:1 prose Title ", "2:1 paragraph", "3:1 prose text ", "4:1 paragraph", "8:1 prose end"}, true);
}

// Each of these would take minutes if every search went to the end.
BOOST_AUTO_TEST_CASE(in_linear_time) {
  for (const std::string part : {"$",
                                 "$ ",
                                 "$$ ",
                                 "$$a\n\nfoo bar\n\n",
                                 "\\begin{",
                                 "\\begin{align}",
                                 "\\begin{align}\n\nfoo bar\n\n",
                                 "\\[",
                                 "\\(",
                                 "\\\\[",
                                 "`",
                                 "$`",
                                 "```math\n",
                                 "````math\n",
                                 "> ```\n",
                                 "<",
                                 "<a",
                                 "<!--",
                                 "<pre>",
                                 "{%",
                                 "    x\n\n",
                                 "%",
                                 "\\verb|",
                                 "\\verb",
                                 "\\newcommand{",
                                 "\\def\\a{",
                                 "{",
                                 "\\begin{verbatim}",
                                 "$$x$$ ",
                                 ":math:`",
                                 "::\n\n",
                                 ".. math::\n",
                                 ".. gradus: x\n ",
                                 "> "}) {
    std::string text;
    while (text.size() < 100'000) text += part;
    for (const Format f : formats) {
      const auto start = std::chrono::steady_clock::now();
      try {
        read_pieces(document_of(text), f);
      } catch (const Error&) {
        BOOST_TEST((f == Format::notebook));
      }
      BOOST_TEST_CONTEXT(part) { BOOST_TEST((std::chrono::steady_clock::now() - start < std::chrono::seconds(2))); }
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()

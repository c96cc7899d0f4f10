// SPDX-License-Identifier: GPL-2.0-or-later
#include "document/shown.h"

namespace {

using namespace gradus::document;

void reads(const std::string& text, const Lines& lines) { expect(Format::markdown, text, lines); }
void reads_all(const std::string& text, const Lines& lines) { expect(Format::markdown, text, lines, true); }

}  // namespace

BOOST_AUTO_TEST_SUITE(markdown)

BOOST_AUTO_TEST_CASE(prose_and_formulas) {
  reads_all("", {});
  reads_all("\n\n", {});
  reads_all("Let $x$ be\na number.\n", {"1:1 prose Let ", "1:6 formula x", "1:8 prose  be a number. "});
  reads_all("a\n\nb", {"1:1 prose a ", "2:1 paragraph", "3:1 prose b"});
  reads_all("# Loss\nb", {"1:1 prose # Loss ", "2:1 paragraph", "2:1 prose b"});
  reads_all("- a\n- b", {"1:1 prose - a ", "2:1 paragraph", "2:1 prose - b"});
  reads_all("\xEF\xBB\xBFα $x$", {"1:1 prose α ", "1:4 formula x"});
  reads("$ x + y $ and $a$, $b$", {"1:3 formula x + y", "1:16 formula a", "1:21 formula b"});
  reads("$x\n= y$", {"1:2 formula x\n= y"});
  reads("\\(x\\), \\\\(y\\\\), $`z_1`$, {math}`w`",
        {"1:3 formula x", "1:11 formula y", "1:19 formula z_1", "1:33 formula w"});
  reads("$2$ and $n$th, $k$NN", {"1:2 formula 2", "1:10 formula n", "1:17 formula k"});
}

BOOST_AUTO_TEST_CASE(displays) {
  reads("$$x$$", {"1:3 display x"});
  reads("- $$x$$,", {"1:5 display x"});
  reads("> 1. $$x$$ (12)", {"1:8 display x"});
  reads("with $$x$$ and $$y$$", {"1:8 formula x", "1:18 formula y"});
  reads("with $$\nx\n$$ and", {"2:1 display x"});
  // Where single dollars serve the text, an equation between double ones stands for itself.
  reads("with $x$ and $$y$$", {"1:7 formula x", "1:16 formula y"});
  reads("with $x$ so $$y=x$$ and", {"1:7 formula x", "1:15 display y=x"});
  reads("\\[ x \\]\n\\\\[ y \\\\]", {"1:4 display x", "2:5 display y"});
  reads("\\[ a \\\\[2pt] b \\\\ \\]", {"1:4 display a \\\\[2pt] b \\\\"});
  reads("$$ a \\text{ if $b$} $$", {"1:4 display a \\text{ if $b$}"});
  reads("\\begin{align*}\nx &= y\n\\end{align*}", {"1:1 display \\begin{align*}\nx &= y\n\\end{align*}"});
  reads("\\begin{pmatrix}\\begin{pmatrix}\\end{pmatrix}\\end{pmatrix}",
        {"1:1 display \\begin{pmatrix}\\begin{pmatrix}\\end{pmatrix}\\end{pmatrix}"});
  reads("\\begin{itemize} $x$ \\end{itemize}", {"1:18 formula x"});
  reads("$$\\begin{align}x\\end{align}$$", {"1:3 display \\begin{align}x\\end{align}"});
}

BOOST_AUTO_TEST_CASE(blank_lines_in_displays) {
  reads("$$\nx =\n\n- y\n\n\\text{for all values of} z\n$$", {"2:1 display x =\n\n- y\n\n\\text{for all values of} z"});
  reads("$$\nx\n\nThe other value is\n\n$$\ny\n$$", {"7:1 display y", "1:1 unread `$$` is never closed"});
}

BOOST_AUTO_TEST_CASE(fences) {
  reads("a $x$\n```math\ny\n= z\n```\nb $w$", {"1:4 formula x", "3:1 display y\n= z", "6:4 formula w"});
  reads("~~~ math\ny\n```\n~~~~\n", {"2:1 display y\n```"});
  reads("```{math}\n:label: one\ny\n```", {"3:1 display y"});
  reads("```python\nx = \"$y$\"\n\n$$\n```\n$z$", {"6:2 formula z"});
  reads("````\n```\n$x$\n````\n$z$", {"5:2 formula z"});
  reads("```\n$x$", {});
  reads("> ```\n> $x$\n\n$y$", {"4:2 formula y"});
  reads("> ```math\n> x\n> > y\n> ```", {"2:3 display x\n> y"});
}

BOOST_AUTO_TEST_CASE(quotes) {
  reads("> $$\n> x\n> = y\n> $$", {"2:3 display x\n= y"});
  reads("> > a $x\n> > = y$", {"1:8 formula x\n= y"});
  reads("$$\nx\n> y\n$$", {"2:1 display x\n> y"});
}

BOOST_AUTO_TEST_CASE(what_is_no_mathematics) {
  for (const char* text :
       {"costs $5 and $6", "from $5 to $10.", "US$ 5 and US$ 6", "a lone $ and no more", "one $x\n\nother y$",
        "- $x\n- y$", "\\$x$ and", "`$x$` and ``a ` $y$``", "set $HOME/$USER here", "$$$$", "$ $", "<!-- $x$ -->",
        "<img alt=\"$x$\">", "<pre>$x$</pre>", "text\n\n    code\n\n    more\n", "---\ntitle: $x$\n---\n", "\\(x",
        "\\begin{foo}x\\end{foo}", "costs $5 (of $20) or $3 + $4 a day"})
    reads(text, {});
  reads("costs $5 and $x$ is", {"1:15 formula x"});
  reads("a `$` sign, $x$", {"1:14 formula x"});
  reads("a `b, $x$", {"1:8 formula x"});
  reads("---\na: b\n---\n$x$", {"4:2 formula x"});
  reads("---\n$x$", {"2:2 formula x"});
  reads("text\n\n    $$x$$\n", {"3:7 display x"});
  reads("- a\n\n      \\alpha $x$\n", {"3:15 formula x"});
}

BOOST_AUTO_TEST_CASE(code_by_indentation) {
  reads_all("a\n\n    code here\n\nb", {"1:1 prose a ", "2:1 paragraph", "5:1 prose b"});
  reads_all("- a\n\n      b", {"1:1 prose - a ", "2:1 paragraph", "3:7 prose b"});
  reads_all("a\n    b", {"1:1 prose a     b"});
}

BOOST_AUTO_TEST_CASE(markup_within_prose) {
  reads_all("a <b>c</b> `code` d", {"1:1 prose a c  d"});
  reads_all("if a <b and c> d", {"1:1 prose if a <b and c> d"});
  reads_all("{% raw %}$x${% endraw %}", {"1:11 formula x"});
  reads_all("costs \\$5", {"1:1 prose costs $5"});
}

BOOST_AUTO_TEST_CASE(escapes) {
  reads("$x\\_1 \\* y$", {"1:2 formula x_1 * y"});
  reads("$$a \\\\\\\\ b$$", {"1:3 display a \\\\ b"});
  reads("$$a \\\\ b$$", {"1:3 display a \\\\ b"});
  reads("$a &lt; b &amp; c &gt; d$", {"1:2 formula a < b & c > d"});
  reads("$\\$5$", {"1:2 formula \\$5"});
  // Each byte is where it came from.
  const auto source = document_of("$a\\_b &lt; c$");
  const Piece piece = read_pieces(source, Format::markdown).pieces.at(0);
  BOOST_TEST(piece.text.bytes == "a_b < c");
  BOOST_TEST(piece.text.at == (std::vector<std::size_t>{1, 2, 4, 5, 6, 10, 11, 12}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(directives) {
  reads("<!-- gradus: claim x -->", {"1:14 directive claim x"});
  reads("$a$ <!--\ngradus: claim\n\nx --> $b$", {"1:2 formula a", "2:9 directive claim\n\nx", "4:8 formula b"});
  reads("<!-- about gradus: no -->", {});
  reads("<!-- never closed $x$", {"1:20 formula x"});
  reads("<!--\n```\n-->\n$x$", {"4:2 formula x"});
  // A block ends the paragraph in which a comment began; one that begins the line is a block itself.
  reads("a <!-- gradus: b\n```math\ny\n```\n$x$ -->", {"3:1 display y", "5:2 formula x"});
  reads("<!-- gradus: b\n```math\ny\n```\n-->", {"1:14 directive b\n```math\ny\n```"});
}

BOOST_AUTO_TEST_CASE(never_closed) {
  reads("$$ x\n\n$y$", {"3:2 formula y", "1:1 unread `$$` is never closed"});
  reads("\\[ x\n\n$y$", {"3:2 formula y", "1:1 unread `\\[` is never closed"});
  reads("\\begin{align} $y$", {"1:16 formula y", "1:1 unread `\\begin{align}` is never closed"});
  reads("\\begin{align} \\begin{align}y\\end{align}",
        {"1:15 display \\begin{align}y\\end{align}", "1:1 unread `\\begin{align}` is never closed"});
  reads("```math\n$y$", {"2:2 formula y", "1:1 unread the block of mathematics is never closed"});
}

BOOST_AUTO_TEST_SUITE_END()

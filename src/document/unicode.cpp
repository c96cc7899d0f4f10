// SPDX-License-Identifier: GPL-2.0-or-later
// Characters of mathematics outside of ASCII.
#include <algorithm>
#include <array>
#include <utility>

#include "document/tokens.h"

namespace gradus::document {
namespace {

using Entry = std::pair<char32_t, std::string_view>;
constexpr auto table = std::to_array<Entry>({
    {U'\u00A0', " "},           {U'\u00B1', "\\pm"},      {U'\u00B2', "^2"},         {U'\u00B3', "^3"},
    {U'\u00B7', "\\cdot"},      {U'\u00B9', "^1"},        {U'\u00D7', "\\times"},    {U'\u0393', "\\Gamma"},
    {U'\u0394', "\\Delta"},     {U'\u0398', "\\Theta"},   {U'\u039B', "\\Lambda"},   {U'\u03A0', "\\Pi"},
    {U'\u03A3', "\\Sigma"},     {U'\u03A6', "\\Phi"},     {U'\u03A8', "\\Psi"},      {U'\u03A9', "\\Omega"},
    {U'\u03B1', "\\alpha"},     {U'\u03B2', "\\beta"},    {U'\u03B3', "\\gamma"},    {U'\u03B4', "\\delta"},
    {U'\u03B5', "\\epsilon"},   {U'\u03B6', "\\zeta"},    {U'\u03B7', "\\eta"},      {U'\u03B8', "\\theta"},
    {U'\u03B9', "\\iota"},      {U'\u03BA', "\\kappa"},   {U'\u03BB', "\\lambda"},   {U'\u03BC', "\\mu"},
    {U'\u03BD', "\\nu"},        {U'\u03BE', "\\xi"},      {U'\u03C0', "\\pi"},       {U'\u03C1', "\\rho"},
    {U'\u03C3', "\\sigma"},     {U'\u03C4', "\\tau"},     {U'\u03C5', "\\upsilon"},  {U'\u03C6', "\\phi"},
    {U'\u03C7', "\\chi"},       {U'\u03C8', "\\psi"},     {U'\u03C9', "\\omega"},    {U'\u03D5', "\\phi"},
    {U'\u1D40', "^T"},          {U'\u2009', " "},         {U'\u200A', " "},          {U'\u200B', " "},
    {U'\u2010', "-"},           {U'\u2011', "-"},         {U'\u2012', "-"},          {U'\u2013', "-"},
    {U'\u2019', "'"},           {U'\u2026', "\\dots"},    {U'\u202F', " "},          {U'\u2032', "'"},
    {U'\u2070', "^0"},          {U'\u2074', "^4"},        {U'\u2075', "^5"},         {U'\u2076', "^6"},
    {U'\u2077', "^7"},          {U'\u2078', "^8"},        {U'\u2079', "^9"},         {U'\u207F', "^n"},
    {U'\u2080', "_0"},          {U'\u2081', "_1"},        {U'\u2082', "_2"},         {U'\u2083', "_3"},
    {U'\u2084', "_4"},          {U'\u2085', "_5"},        {U'\u2086', "_6"},         {U'\u2087', "_7"},
    {U'\u2088', "_8"},          {U'\u2089', "_9"},        {U'\u2099', "_n"},         {U'\u2096', "_k"},
    {U'\u1D62', "_i"},          {U'\u2C7C', "_j"},        {U'\u2098', "_m"},         {U'\u211D', "\\R"},
    {U'\u2190', "\\leftarrow"}, {U'\u2192', "\\to"},      {U'\u21D2', "\\implies"},  {U'\u21D4', "\\iff"},
    {U'\u2200', "\\forall"},    {U'\u2202', "\\partial"}, {U'\u2207', "\\nabla"},    {U'\u2208', "\\in"},
    {U'\u220F', "\\prod"},      {U'\u2211', "\\sum"},     {U'\u2212', "-"},          {U'\u2217', "*"},
    {U'\u2218', "\\circ"},      {U'\u221A', "\\sqrt"},    {U'\u221D', "\\propto"},   {U'\u221E', "\\infty"},
    {U'\u222B', "\\int"},       {U'\u2248', "\\approx"},  {U'\u2254', "\\coloneqq"}, {U'\u2260', "\\neq"},
    {U'\u2261', "\\equiv"},     {U'\u2264', "\\leq"},     {U'\u2265', "\\geq"},      {U'\u2299', "\\odot"},
    {U'\u22A4', "\\top"},       {U'\u22C5', "\\cdot"},    {U'\u22C6', "*"},          {U'\u2225', "\\Vert"},
    {U'\u2016', "\\Vert"},      {U'\u27E8', "\\langle"},  {U'\u27E9', "\\rangle"},   {U'\u3000', " "},
    {U'\uFEFF', " "},           {U'\uFF08', "("},         {U'\uFF09', ")"},          {U'\uFF0C', ","},
    {U'\uFF1D', "="},
});

}  // namespace

std::string_view unicode_meaning(char32_t c) {
  const auto* const it = std::ranges::find(table, c, &Entry::first);
  return it == table.end() ? std::string_view() : it->second;
}

}  // namespace gradus::document

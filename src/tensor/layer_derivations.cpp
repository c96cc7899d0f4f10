// SPDX-License-Identifier: GPL-2.0-or-later
#include "tensor/layer_derivations.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "gradus/diag/source.h"
#include "tensor/chain.h"
#include "tensor/layers.h"
#include "tensor/whole.h"

namespace gradus::tensor {
namespace {

class LayerDerivations {
 public:
  LayerDerivations(Engine& engine, const Model& model, Expr of)
      : engine_(engine),
        arena_(engine.arena),
        model_(model),
        layers_(*model.layers),
        of_(of),
        parts_(engine, model, of) {}

  std::vector<Derivation> run(const std::vector<std::string>& wrt) {
    read(wrt);
    derive_parts();
    std::vector<Derivation> out;
    // Backwards: what comes behind the layers, the last layer, any layer; then what was asked for.
    for (Derivation& d : last_) {
      if (model_.definition(arena_.name(d.wrt)) != nullptr && !is_global(d.wrt)) out.push_back(std::move(d));
    }
    for (std::size_t k = layers_.definitions.size(); k-- > 0;)
      add_layer(out, layer_name(layers_.definitions[k].name)->base);
    for (Derivation& d : first_) {
      const auto name = layer_name(arena_.name(d.wrt));
      if (name && name->anchor.empty() && name->offset == 0) out.push_back(d);
    }
    for (const Expr s : global_) add_global(out, s);
    for (const std::string& base : layers_.order) {
      if (layers_.names.at(base).kind != Layers::Kind::definition) add_layer(out, base);
    }
    return out;
  }

 private:
  bool is_global(Expr s) const { return std::ranges::find(global_, s) != global_.end(); }
  bool is_shared(Expr s) const { return std::ranges::find(parts_.shared(), s) != parts_.shared().end(); }

  void read(const std::vector<std::string>& wrt) {
    if (wrt.empty()) {
      for (const Expr p : model_.params) global_.push_back(p);
      for (const std::string& base : layers_.order) {
        if (layers_.names.at(base).kind == Layers::Kind::param) layered_.push_back(base);
      }
    }
    for (const std::string& text : wrt) {
      const auto name = layer_name(text);
      const std::string base = name ? name->base : text;
      if (layers_.names.contains(base)) {
        layered_.push_back(base);
      } else {
        global_.push_back(arena_.symbol(text));
      }
    }
    // What is defined before the layers passes on what it gets: backwards, before what was asked for.
    const std::vector<Expr> prefix = parts_.prefix();
    for (const Expr s : prefix) {
      if (!is_global(s) && std::ranges::any_of(global_, [&](Expr by) { return parts_.depends(s, by); }))
        global_.push_back(s);
    }
    std::ranges::stable_sort(global_, std::greater{}, [&](Expr s) {
      const auto at = std::ranges::find(prefix, s);
      return at == prefix.end() ? -1 : at - prefix.begin();
    });
    // By what comes before the layers, through what goes from each to the next.
    before_ = std::ranges::any_of(global_, [&](Expr s) { return parts_.reach_first(s); });
    if (before_) {
      for (const Definition& d : layers_.first) layered_.push_back(layer_name(d.name)->base);
    }
  }

  Expr at(const std::string& base, const LayerName& layer) {
    return arena_.symbol(print(LayerName{base, layer.anchor, layer.offset}));
  }

  std::vector<Derivation> derive(const Model& given, const LayerName& layer, bool keeps,
                                 const std::vector<Expr>& more) {
    const Model part = with_whole_tensors(arena_, given);
    Chain chain(engine_, part);
    if (keeps) {
      for (const Definition& d : part.definitions) {
        const auto name = layer_name(d.name);
        const bool here = name && name->anchor == layer.anchor && name->offset == layer.offset;
        const bool before = !here && model_.introduced.contains(d.name);
        if (layer.anchor.empty() ? !before && !(name && name->offset == 0) : !here) chain.keep(d.symbol);
      }
    }
    std::vector<Expr> names = more;
    if (!layer.anchor.empty()) {
      for (const std::string& base : layered_) names.push_back(at(base, layer));
      for (const Expr s : global_) {
        if (is_shared(s)) names.push_back(parts_.share(s, layer));
      }
    }
    return names.empty() ? std::vector<Derivation>{} : chain.run(of_, names);
  }

  void derive_parts() {
    using enum LayerParts::Outside;
    last_ = derive(parts_.last(cut), parts_.last_layer(), false, global_);
    for (Derivation& d : last_) d = mapped(d, [&](Expr e) { return parts_.with_layer_sums(e); });
    general_ = derive(parts_.general(cut), parts_.general_layer(), true, {});
    if (before_) {
      // Down to what the layers begin with, and from there on.
      const LayerName one{{}, {}, 1};
      first_ = derive(parts_.first(cut), one, true, global_);
      for (Derivation& d : first_) d = without_shares(d, one);
    }
  }

  static const Derivation* find(const std::vector<Derivation>& in, Expr wrt) {
    const auto found = std::ranges::find(in, wrt, &Derivation::wrt);
    return found == in.end() ? nullptr : &*found;
  }

  Expr moved_to_last(Expr e) { return at_layer(arena_, e, arena_.name(layers_.index), parts_.last_layer()); }

  // For any layer, or for all but the last one and that.
  void add_layer(std::vector<Derivation>& out, const std::string& base) {
    const Derivation* const any = find(general_, at(base, parts_.general_layer()));
    const Derivation* const last = find(last_, at(base, parts_.last_layer()));
    const bool same = any != nullptr && last != nullptr && moved_to_last(any->result) == last->result;
    if (last != nullptr && !same) out.push_back(without_shares(*last, parts_.last_layer()));
    if (any == nullptr) return;
    out.push_back(without_shares(*any, parts_.general_layer()));
    Derivation& d = out.back();
    const std::string range = fmt::format("for {} = 1, ..., {}{}", arena_.name(layers_.index),
                                          arena_.name(layers_.depth), same ? "" : " - 1");
    d.note = d.note.empty() ? range : fmt::format("{}; {}", range, d.note);
  }

  // What layer `at` alone uses of what all use is that.
  Derivation without_shares(const Derivation& given, const LayerName& layer) {
    return mapped(given, [&](Expr e) { return parts_.without_shares(e, layer); });
  }

  template <class Map>
  static Derivation mapped(const Derivation& given, const Map& map) {
    Derivation out = given;
    out.result = map(given.result);
    for (Step& s : out.steps) {
      s.line = map(s.line);
      s.before = map(s.before);
      s.after = map(s.after);
    }
    return out;
  }

  // By what stands before the layers, through what is defined there: the derivatives by that are known.
  std::optional<Derivation> through_definitions(Expr name) {
    const std::vector<Expr> prefix = parts_.prefix();
    if (std::ranges::none_of(prefix, [&](Expr s) { return s != name && parts_.depends(s, name); })) return std::nullopt;
    Chain chain(engine_, with_whole_tensors(arena_, parts_.before(name)));
    for (const Expr s : prefix) {
      if (s != name) chain.keep(s);
    }
    return derived(chain, name);
  }

  std::optional<Derivation> derived(Chain& chain, Expr name) const {
    const std::vector<Derivation> all = chain.run(of_, {name});
    const Derivation* const d = find(all, name);
    return d == nullptr ? std::nullopt : std::optional(*d);
  }

  // What layer `at` makes of a name, in the derivatives by whatever uses it there.
  std::optional<Derivation> by_its_uses(const Model& given, Expr name, const LayerName& at) {
    const Model part = with_whole_tensors(arena_, given);
    Chain chain(engine_, part);
    for (const Definition& d : part.definitions) chain.keep(d.symbol);
    const std::optional<Derivation> d = derived(chain, parts_.share(name, at));
    return d ? std::optional(without_shares(*d, at)) : std::nullopt;
  }

  // What the layers make of a name that each of them uses, summed over them. Declined if that is no one sum.
  std::optional<Derivation> through_layers(Expr name) {
    if (!is_shared(name)) return std::nullopt;
    const LayerName here = parts_.general_layer(), depth = parts_.last_layer();
    const Derivation* const any = find(general_, parts_.share(name, here));
    const Derivation* const last = find(last_, parts_.share(name, depth));
    std::optional<Derivation> each, at_end;
    if (any != nullptr) each = without_shares(*any, here);
    if (last != nullptr) at_end = without_shares(*last, depth);
    const auto same = [&] { return each && at_end && moved_to_last(each->result) == at_end->result; };
    if (!same()) {
      // A short derivative was written in the place of its name: for one of the two only.
      each = by_its_uses(parts_.general(LayerParts::Outside::cut), name, here);
      at_end = by_its_uses(parts_.last(LayerParts::Outside::cut), name, depth);
    }
    if (!same()) {
      Derivation out;
      out.of = of_;
      out.wrt = name;
      out.method = "chain";
      out.start = derivative(name);
      out.declined = fmt::format("the derivative by `{}` is not the same sum for the last layer as for the others",
                                 arena_.name(name));
      return out;
    }
    const std::string in_layer = fmt::format("`{}`", arena_.name(parts_.share(name, here)));
    for (Step& s : each->steps) {
      if (const std::size_t at = s.why.find(in_layer); at != std::string::npos) {
        s.why.replace(at, in_layer.size(),
                      fmt::format("`{}` in layer `{}`", arena_.name(name), arena_.name(layers_.index)));
      }
    }
    if (arena_.is_number(each->result, 0)) return each;
    return mapped(*each, [&](Expr e) { return arena_.make(Op::Sum, {layers_.index, layers_.depth, e}); });
  }

  Expr derivative(Expr name) {
    const bool by_example = model_.per_example && model_.per_example->cost == of_;
    return by_example ? arena_.symbol("d" + arena_.name(name)) : arena_.make(Op::Deriv, {of_, name});
  }

  // The sum of what comes from each layer, from before them, from behind them, and through definitions.
  void add_global(std::vector<Derivation>& out, Expr name) {
    std::vector<Derivation> parts;
    std::optional<Derivation> shown;
    const auto take = [&](std::optional<Derivation> d) {
      if (!d) return;
      if (d->declined.empty() && !arena_.is_number(d->result, 0)) parts.push_back(*d);
      if (!shown || shown->declined.empty()) shown = std::move(d);
    };
    const auto of = [&](const std::vector<Derivation>& all) {
      const Derivation* const d = find(all, name);
      return d == nullptr ? std::nullopt : std::optional(*d);
    };
    take(through_layers(name));
    take(of(first_));
    take(of(last_));
    take(through_definitions(name));
    if (!shown) return;
    if (parts.empty() || !shown->declined.empty()) {
      shown->wrt = name;
      shown->start = derivative(name);
      out.push_back(*shown);
      return;
    }
    Derivation sum = parts[0];
    sum.wrt = name;
    const auto by_entries =
        std::ranges::find_if(parts, [&](const Derivation& d) { return arena_.is(d.start, Op::Entry); });
    const auto entry_of = [&](Expr tensor, Expr like) {
      std::vector<Expr> children = arena_.children_copy(like);
      children[0] = tensor;
      return arena_.make(Op::Entry, children);
    };
    sum.start = by_entries == parts.end() ? derivative(name) : entry_of(derivative(name), by_entries->start);
    // Each part in turn is carried out; the parts behind it wait as their results.
    std::vector<Expr> results;
    for (Derivation& d : parts) {
      if (by_entries == parts.end() || arena_.is(d.start, Op::Entry)) {
        results.push_back(d.result);
        continue;
      }
      d = mapped(d, [&](Expr e) { return entry_of(e, by_entries->start); });
      results.push_back(d.result);
    }
    sum.steps.clear();
    for (std::size_t k = 0; k < parts.size(); ++k) {
      for (Step s : parts[k].steps) {
        std::vector<Expr> terms = results;
        terms[k] = s.line;
        s.line = arena_.sum(terms);
        sum.steps.push_back(std::move(s));
      }
    }
    sum.result = arena_.sum(results);
    out.push_back(std::move(sum));
  }

  Engine& engine_;
  Arena& arena_;
  const Model& model_;
  const Layers& layers_;
  Expr of_;
  LayerParts parts_;
  std::vector<Expr> global_;
  std::vector<std::string> layered_;
  bool before_ = false;  // something that was asked for comes before the layers
  std::vector<Derivation> last_, general_, first_;
};

}  // namespace

std::vector<Derivation> derive_layers(Engine& engine, const Model& model, Expr of,
                                      const std::vector<std::string>& wrt) {
  return LayerDerivations(engine, model, of).run(wrt);
}

}  // namespace gradus::tensor

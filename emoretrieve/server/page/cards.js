// What was asked, and the items that were found.

import { h } from "./dom.js";
import { media } from "./api.js";
import { plays } from "./player.js";
import { AXES, PARTS, chanceOf, css, felt, fixed, levels, parts, signed, titleOf, whyText } from "./words.js";

export function strip(profile, label) {
  const colours = parts(profile);
  const said = colours.map((rgb, at) => `${PARTS[at]}: ${levels(rgb)}`).join("; ");
  return h(
    "div",
    { class: "strip", role: "img", "aria-label": `${label}: ${said}` },
    colours.map((rgb, at) =>
      h("i", { class: felt(rgb) ? null : "unfelt", title: `${PARTS[at]}: ${levels(rgb)}`, vars: { "--c": css(rgb) } }),
    ),
  );
}

/** The colours of a song as a picture of their own. */
export function colourField(profile) {
  const vars = Object.fromEntries(parts(profile).map((rgb, at) => [`--c${at}`, css(rgb)]));
  return h("div", { class: "colours", "aria-hidden": "true", vars });
}

export function picture(source, title, caption) {
  const image = h("img", { alt: caption ? `${title}: ${caption}` : title, loading: "lazy", decoding: "async" });
  image.addEventListener("error", () => image.replaceWith(h("p", { class: "note" }, "The picture is no longer where it was.")));
  const show = (address) => {
    image.src = address;
    if (address !== source) image.addEventListener("load", () => URL.revokeObjectURL(address), { once: true });
  };
  media(source).then(show, () => image.dispatchEvent(new Event("error")));
  return image;
}

export const playButton = (id, title, source) =>
  plays(h("button", { type: "button", class: "play" }, h("span", { "aria-hidden": "true" })), id, title, source);

export function stage(item, at, size = 480) {
  const title = titleOf(item);
  if (item.modality === "audio") {
    return h("div", { class: "stage song" }, colourField(item.profile), playButton(item.id, title, at.audio(item.id)));
  }
  const shade = css(item.profile.whole);
  return h("div", { class: "stage", vars: { "--c0": shade } }, picture(at.thumbnail(item.id, size), title, item.captions.whole));
}

export function captions(item, summary) {
  const texts = [item.captions.whole, ...item.captions.fragments];
  return h(
    "details",
    {},
    h("summary", {}, summary),
    h(
      "dl",
      { class: "captions" },
      parts(item.profile).map((rgb, at) =>
        h(
          "div",
          {},
          h("dt", {}, h("i", { class: felt(rgb) ? null : "unfelt", vars: { "--c": css(rgb) } }), `${PARTS[at]} `, h("span", {}, levels(rgb))),
          h("dd", { dir: "auto" }, texts[at]),
        ),
      ),
    ),
  );
}

export const levelBars = (rgb) =>
  h(
    "dl",
    { class: "levels" },
    AXES.map((axis, at) =>
      h(
        "div",
        { class: axis },
        h("dt", {}, axis),
        h("dd", {}, h("span", { class: "bar", vars: { "--v": `${rgb[at] / 2.55}%` } }), h("b", {}, String(rgb[at]))),
      ),
    ),
  );

/** One result. `does` has what its buttons do. */
export function card(result, query, at, does) {
  const title = titleOf(result);
  const heading = `r${result.id}`;
  const element = h(
    "article",
    { class: "card", "aria-labelledby": heading, "data-id": result.id },
    stage(result, at),
    h("div", { class: "strips" }, strip(result.profile, "Colours of this result"), strip(query.profile, "Colours of the question")),
    h(
      "div",
      { class: "row words" },
      h("h3", { id: heading, dir: "auto", tabindex: "-1" }, h("span", { class: "rank" }, `${result.rank}`), ` ${title}`),
      h("p", { class: "why" }, whyText(result.why)),
    ),
    h("div", { class: "row" }, h("div", { class: "scale", "aria-hidden": "true" }, h("i", { class: "chance" }), h("i", { class: "gain" }), h("i", { class: "score" })), numbers(result)),
    h("div", { class: "row buttons" }, actions(result, title, does)),
    h("div", { class: "row" }, result.explanation ? explanation(result) : null, captions(result, "How it was described")),
  );
  element.result = result;
  return h("li", {}, element);
}

const number = (name, value) => h("div", {}, h("dt", {}, name), h("dd", {}, value === "–" ? h("span", { title: "unknown" }, "–") : value));

const numbers = (result) =>
  h("dl", { class: "numbers" }, number("score", fixed(result.score)), number("chance", fixed(result.chance)), number("z", signed(result.z)), number("p", chanceOf(result.p_best)));

function actions(result, title, does) {
  const other = result.modality === "audio" ? "Pictures" : "Songs";
  const button = (text, label, action) => h("button", { type: "button", class: "small", "aria-label": `${label}: ${title}`, on: { click: () => action(result) } }, text);
  return [
    button("More like it", "More like it", does.like),
    button("Less like it", "Less like it", does.unlike),
    button(`${other} for it`, `${other} for it`, does.ask),
  ];
}

function explanation({ explanation, score, chance }) {
  const cell = (text) => h("td", {}, text);
  const row = ({ part, cosine, weight, contribution, chance }) =>
    h("tr", {}, h("th", { scope: "row" }, part.replace("_", " ")), cell(cosine.toFixed(4)), cell(weight.toFixed(3)), cell(contribution.toFixed(4)), cell(fixed(chance)));
  const share = ({ axis, share }) => (share == null ? axis : `${axis} ${Math.round(100 * share)}%`);
  return h(
    "details",
    {},
    h("summary", {}, "Why this score"),
    h(
      "div",
      { class: "scroll" },
      h(
        "table",
        {},
        h("thead", {}, h("tr", {}, ["part", "cosine", "weight", "adds", "by chance"].map((name) => h("th", { scope: "col" }, name)))),
        h("tbody", {}, explanation.parts.map(row)),
        h("tfoot", {}, h("tr", {}, h("th", { scope: "row" }, "score"), cell(""), cell(""), cell(fixed(score)), cell(fixed(chance)))),
      ),
    ),
    h("p", { class: "note" }, `Of the score: ${explanation.axes.map(share).join(", ")}.`),
  );
}

/** Put all scores and chance levels of the cards on one scale. */
export function rescale(list) {
  const cards = [...list.querySelectorAll(".card")];
  const values = cards.flatMap(({ result }) => [result.score, result.chance]).filter((value) => value != null);
  const low = Math.min(...values);
  const margin = 0.06 * (Math.max(...values) - low) || 0.01;
  const width = Math.max(...values) - low + 2 * margin;
  const percent = (value) => `${(100 * (value - low + margin)) / width}%`;
  for (const element of cards) {
    const { score, chance } = element.result;
    const set = (name, value) => element.style.setProperty(name, value);
    set("--score", percent(score));
    element.classList.toggle("no-chance", chance == null);
    if (chance == null) continue;
    set("--chance", percent(chance));
    set("--from", percent(Math.min(score, chance)));
    set("--gain", `${(100 * Math.abs(score - chance)) / width}%`);
  }
}

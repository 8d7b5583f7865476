// Facets: one choice of each key that the items have.

import { $, h } from "./dom.js";
import { read } from "./api.js";

const PROSE = new Set(["title", "description", "comment", "lyrics", "notes", "copyright", "url", "file_name"]);
const MOST_KEYS = 7;
const MOST_VALUES = 40;

/** Fill the choices for what is looked for; `changed` is called when one is made. */
export async function showFacets(at, modality, changed) {
  const kept = new Set(chosen());
  const keys = ["mood", ...(await keysOf(at, modality))];
  const facets = await Promise.all(keys.map((key) => read(at.facets(key, modality, MOST_VALUES))));
  const choices = facets.filter(({ values }) => values.length > 1).map((facet) => choice(facet, kept, changed));
  $("facets").replaceChildren(...(choices.length ? choices : [h("p", { class: "note" }, "These items have nothing to choose by.")]));
}

/** The filters, as the API takes them. */
export const chosen = () => [...$("facets").querySelectorAll("select")].map((select) => select.value).filter(Boolean);

function choice({ key, values }, kept, changed) {
  const id = `facet-${key}`;
  const options = values
    .filter(({ filter }) => filter)
    .map(({ value, count, filter }) => h("option", { value: filter, selected: kept.has(filter) }, `${value} (${count})`));
  const select = h("select", { id, on: { change: changed } }, h("option", { value: "" }, "any"), options);
  return h("div", {}, h("label", { for: id }, key.replaceAll("_", " ")), select);
}

/** The keys that most of the first items have. */
async function keysOf(at, modality) {
  const kinds = modality === "any" ? ["image", "audio"] : [modality];
  const pages = await Promise.all(kinds.map((kind) => read(at.items(kind, 60))));
  const counts = new Map();
  for (const item of pages.flatMap((page) => page.items)) {
    for (const key of Object.keys(item.metadata)) counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  const usual = [...counts].filter(([key]) => !PROSE.has(key) && key !== "mood").sort((a, b) => b[1] - a[1] || a[0].localeCompare(b[0]));
  return usual.slice(0, MOST_KEYS).map(([key]) => key);
}

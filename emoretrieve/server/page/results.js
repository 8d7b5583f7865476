// The answer to a question: what was asked, what steers it, the cards, and the way to more.

import { $, announce, h } from "./dom.js";
import { captions, card, colourField, levelBars, picture, playButton, rescale, strip } from "./cards.js";
import { css, nouns, stem, titleOf } from "./words.js";

const KIND = { audio: "A song", image: "A picture", text: "Words", colour: "A colour of feeling" };

/** Show the first page. */
export function showAnswer(answer, question, at, does) {
  const { query, results } = answer;
  const list = h("ol", { class: "cards" }, results.map((result) => card(result, query, at, does)));
  const section = $("results");
  section.hidden = false;
  section.replaceChildren(asked(query, question, at), steering(question, does), results.length ? list : nothing(query), more(answer, list, query, at, does));
  if (results.length) rescale(list);
  announce(`${nouns(query.to, results.length)} of ${query.searched} shown.${results.length ? ` Best: ${titleOf(results[0])}.` : ""}`);
}

function asked(query, question, at) {
  const title = titleFor(query, question);
  const { whole } = query.profile;
  const words = query.words ? `, with the words “${query.words}”` : "";
  return h(
    "header",
    { class: "query" },
    exhibit(query, question, at, title),
    h(
      "div",
      { class: "about" },
      h("p", { class: "kicker" }, `${KIND[query.modality]}${words}, and the ${nouns(query.to, 2).slice(2)} that feel like ${query.modality === "text" ? "them" : "it"}`),
      h("h2", { id: "answer-title", dir: "auto", tabindex: "-1" }, title),
      strip(query.profile, "Colours of the question"),
      levelBars(whole),
      query.captions.whole && query.modality !== "text" ? [h("p", { class: "caption", dir: "auto" }, query.captions.whole), captions(query, "All five descriptions")] : null,
    ),
  );
}

function titleFor(query, { item }) {
  if (query.modality === "text") return `“${query.text}”`;
  if (query.modality === "colour") return "A mixed feeling";
  return item ? titleOf(item) : titleOf(query) || stem(query.paths?.[0] ?? "");
}

function exhibit(query, { url, item }, at, title) {
  const source = url ?? (item && (item.modality === "audio" ? at.audio(item.id) : at.thumbnail(item.id, 800)));
  if (query.modality === "image" && source) return h("div", { class: "stage" }, picture(source, title, query.captions.whole));
  const plays = query.modality === "audio" && source ? playButton(item?.id ?? "question", title, source) : null;
  return h("div", { class: "stage song" }, colourField(query.profile), plays);
}

/** What is liked and disliked, each with a way to take it back. */
function steering({ like, unlike }, does) {
  const chip = (item, word) =>
    h(
      "li",
      {},
      h("i", { vars: { "--c": css(item.profile.whole) }, "aria-hidden": "true" }),
      `${word} ${titleOf(item)} `,
      h("button", { type: "button", class: "quiet", "aria-label": `Take back: ${word} ${titleOf(item)}`, on: { click: () => does.takeBack(item) } }, "×"),
    );
  const chips = [...like.map((item) => chip(item, "more like")), ...unlike.map((item) => chip(item, "less like"))];
  return chips.length ? h("ul", { class: "chips", "aria-label": "What steers the answer" }, chips) : h("div", {});
}

const nothing = (query) => h("p", { class: "nothing" }, query.searched ? "Nothing was found; choose less narrowly." : "There is nothing of this kind to search here.");

function more(answer, list, query, at, does) {
  let cursor = answer.next_cursor;
  if (!cursor) return h("div", {});
  const button = h("button", { type: "button", id: "more" }, "Show more");
  button.addEventListener("click", async () => {
    button.disabled = true;
    const page = await does.more(cursor);
    button.disabled = false;
    if (!page) return;
    const items = page.results.map((result) => card(result, query, at, does));
    list.append(...items);
    rescale(list);
    cursor = page.next_cursor;
    items[0]?.querySelector("h3").focus();
    announce(`${nouns(query.to, items.length)} more.`);
    if (!cursor) button.remove();
  });
  return h("div", { class: "after" }, button);
}

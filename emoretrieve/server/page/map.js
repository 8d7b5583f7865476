// The collection between three emotions: a triangle to wander in, and the same as a list.

import { $, h, s } from "./dom.js";
import { read } from "./api.js";
import { stage, strip } from "./cards.js";
import { AXES, css, nouns, shares, sharesText, titleOf } from "./words.js";

const SIDE = 560;
const LEFT = 70;
const TOP = 44;
const HEIGHT = (SIDE * Math.sqrt(3)) / 2;
const x = ([across]) => LEFT + SIDE * across;
const y = ([, up]) => TOP + HEIGHT - SIDE * up;
const CORNERS = [[0.5, Math.sqrt(3) / 2], [0, 0], [1, 0]];

let latest = 0;

/** Draw the map of one kind; `does.ask(item, to)` and `does.colour(rgb, to)` go on from a mark. */
export async function showMap(at, modality, does) {
  const turn = ++latest;
  const found = await read(at.map(modality));
  if (turn !== latest) return;
  const choose = (mark) => showBeside(mark, found, at, does);
  $("triangle").replaceChildren(drawing(found, choose), h("figcaption", {}, counted(found)));
  $("map-table").replaceChildren(table(found, choose));
  if (!found.marks.length) $("beside").replaceChildren(h("p", { class: "note" }, `No ${modality === "audio" ? "songs" : "pictures"} have a place here yet.`));
}

function counted({ modality, items, unfelt, radius }) {
  const nowhere = unfelt ? `; ${nouns(modality, unfelt)} in which nothing was felt have no place` : "";
  return `${nouns(modality, items)}${nowhere}.${radius ? " Every mark is a hexagon of several." : ""}`;
}

function drawing(found, choose) {
  const marks = found.marks.map((mark) => drawn(mark, found));
  const group = s("g", { role: "group", "aria-label": `Map of ${nouns(found.modality, found.items)}` }, marks);
  if (marks.length) wander(group, marks, found.marks, choose);
  const size = { viewBox: `0 0 ${SIDE + 2 * LEFT} ${HEIGHT + TOP + 50}` };
  return s("svg", { class: "triangle", ...size }, ground(), names(), group);
}

function ground() {
  const points = CORNERS.map((corner) => `${x(corner)},${y(corner)}`).join(" ");
  const fades = CORNERS.map((corner, at) => {
    const [a, b] = CORNERS.filter((_, other) => other !== at);
    const middle = [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2];
    const ends = { x1: x(corner), y1: y(corner), x2: x(middle), y2: y(middle), gradientUnits: "userSpaceOnUse" };
    const stop = (offset, opacity) => s("stop", { offset, "stop-opacity": opacity, class: AXES[at] });
    return s("linearGradient", { id: `fade-${AXES[at]}`, ...ends }, stop(0, 0.36), stop(0.9, 0.01));
  });
  return s(
    "g",
    { "aria-hidden": "true" },
    s("defs", {}, fades),
    AXES.map((axis) => s("polygon", { points, fill: `url(#fade-${axis})` })),
    [0.25, 0.5, 0.75].flatMap((share) => CORNERS.map((_, at) => line(share, at))),
    s("polygon", { points, class: "outline" }),
  );
}

/** Where the share of an emotion is the same. */
function line(share, at) {
  const [here, there] = CORNERS.filter((_, other) => other !== at).map((other) => CORNERS[at].map((value, i) => share * value + (1 - share) * other[i]));
  return s("line", { class: "grid", x1: x(here), y1: y(here), x2: x(there), y2: y(there) });
}

function names() {
  const places = [[SIDE / 2 + LEFT, TOP - 16, "middle"], [LEFT - 30, TOP + HEIGHT + 34, "start"], [LEFT + SIDE + 30, TOP + HEIGHT + 34, "end"]];
  return s("g", { "aria-hidden": "true" }, places.map(([left, top, anchor], at) => s("text", { class: `corner ${AXES[at]}`, x: left, y: top, "text-anchor": anchor }, AXES[at])));
}

const label = (mark, radius) => `${mark.count > 1 || radius ? `${mark.count} items, such as ${mark.title}` : mark.title}: ${sharesText(mark.rgb)}`;

function drawn(mark, { modality, radius }) {
  const [left, top] = [x(mark.place), y(mark.place)];
  const size = radius ? SIDE * radius * Math.min(1, 0.35 + 0.25 * Math.log10(mark.count)) : 9;
  const shape = radius
    ? s("polygon", { points: hexagon(left, top, size), class: "shape" })
    : modality === "audio"
      ? s("circle", { cx: left, cy: top, r: size, class: "shape" })
      : s("rect", { x: left - size + 1, y: top - size + 1, width: 2 * size - 2, height: 2 * size - 2, class: "shape" });
  shape.style.setProperty("--c", css(mark.rgb));
  return s(
    "g",
    { role: "button", tabindex: "-1", class: "mark", "aria-label": label(mark, radius) },
    s("title", {}, label(mark, radius)),
    s("circle", { cx: left, cy: top, r: Math.max(15, size + 4), class: "ring" }),
    shape,
  );
}

const hexagon = (left, top, size) =>
  [0, 1, 2, 3, 4, 5].map((at) => `${left + size * Math.sin((at * Math.PI) / 3)},${top - size * Math.cos((at * Math.PI) / 3)}`).join(" ");

/** One stop of the Tab key; arrows go to the nearest mark in their direction. */
function wander(group, elements, marks, choose) {
  let current = middle(marks);
  const goTo = (at) => {
    elements[current].setAttribute("tabindex", "-1");
    elements[at].setAttribute("tabindex", "0");
    current = at;
  };
  goTo(current);
  const pick = (at) => {
    elements.forEach((element, other) => element.classList.toggle("chosen", other === at));
    choose(marks[at]);
  };
  pick(current);
  elements.forEach((element, at) => element.addEventListener("click", () => (goTo(at), pick(at))));
  group.addEventListener("keydown", (event) => {
    const step = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
    if (step) {
      const next = nearest(marks, current, step);
      if (next != null) (goTo(next), elements[next].focus());
    } else if (event.key === "Enter" || event.key === " ") pick(current);
    else return;
    event.preventDefault();
  });
}

/** The mark that is nearest to the middle of the triangle. */
function middle(marks) {
  const away = ({ place: [left, up] }) => Math.hypot(left - 0.5, up - Math.sqrt(3) / 6);
  return marks.reduce((best, mark, at) => (away(mark) < away(marks[best]) ? at : best), 0);
}

/** Among the marks of a direction the one that is near and straight ahead. */
function nearest(marks, from, [right, up]) {
  let best = null;
  let least = Infinity;
  marks.forEach((mark, at) => {
    const [dx, dy] = [mark.place[0] - marks[from].place[0], mark.place[1] - marks[from].place[1]];
    const ahead = dx * right + dy * up;
    const aside = Math.abs(dx * up) + Math.abs(dy * right);
    if (at !== from && ahead > 1e-9 && ahead + 2 * aside < least) [best, least] = [at, ahead + 2 * aside];
  });
  return best;
}

async function showBeside(mark, { modality, radius }, at, does) {
  const button = (text, action) => h("button", { type: "button", on: { click: action } }, text);
  if (radius && mark.count > 1) {
    const swatch = h("div", { class: "swatch", vars: { "--c": css(mark.rgb) }, "aria-hidden": "true" });
    const text = `${nouns(modality, mark.count)} with ${sharesText(mark.rgb)}.`;
    const ways = [button("Pictures of this feeling", () => does.colour(mark.rgb, "image")), button("Songs of this feeling", () => does.colour(mark.rgb, "audio"))];
    $("beside").replaceChildren(swatch, h("p", {}, text), h("div", { class: "buttons" }, ways));
    return;
  }
  const item = await read(at.item(mark.id));
  const ways = [button("Pictures that feel like it", () => does.ask(item, "image")), button("Songs that feel like it", () => does.ask(item, "audio"))];
  $("beside").replaceChildren(
    h("div", { class: "card" }, stage(item, at), strip(item.profile, "Colours"), h("div", { class: "row words" }, h("h3", { dir: "auto" }, titleOf(item)), h("p", { class: "why" }, sharesText(mark.rgb)), h("div", { class: "buttons" }, ways))),
  );
}

function table({ marks, radius }, choose) {
  const leading = (mark) => shares(mark.rgb).indexOf(Math.max(...shares(mark.rgb)));
  const sorted = [...marks].sort((a, b) => leading(a) - leading(b) || shares(b.rgb)[leading(b)] - shares(a.rgb)[leading(a)]);
  const row = (mark) =>
    h(
      "tr",
      {},
      h("th", { scope: "row" }, h("button", { type: "button", class: "link", on: { click: () => (choose(mark), $("beside").scrollIntoView({ block: "nearest" })) } }, mark.title)),
      radius ? h("td", {}, String(mark.count)) : null,
      shares(mark.rgb).map((share) => h("td", {}, `${Math.round(100 * share)}%`)),
    );
  const heads = [radius ? "such as" : "title", ...(radius ? ["items"] : []), ...AXES];
  return h("table", {}, h("thead", {}, h("tr", {}, heads.map((name) => h("th", { scope: "col" }, name)))), h("tbody", {}, sorted.map(row)));
}

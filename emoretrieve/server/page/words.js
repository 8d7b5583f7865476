// Numbers and reasons as people read them.

export const AXES = ["excitement", "calmness", "sadness"];
export const PARTS = ["whole", "fragment 1", "fragment 2", "fragment 3", "fragment 4"];
export const NOUN = { audio: "song", image: "picture", any: "song or picture" };

export const nouns = (modality, count) =>
  `${count.toLocaleString("en")} ${modality === "any" ? (count === 1 ? "item" : "songs and pictures") : NOUN[modality] + (count === 1 ? "" : "s")}`;

/** Title and artist; without a title the name of the file as one. */
export function titleOf(item) {
  const { title, artist } = item.metadata ?? {};
  if (title) return artist ? `${title} · ${artist}` : String(title);
  const path = item.paths?.[0];
  return path ? stem(path) : item.name || item.id || "";
}

export const stem = (path) => path.split("/").pop().replace(/\.[^.]*$/, "").replaceAll("_", " ").trim();

export const parts = (profile) => [profile.whole, ...profile.fragments];
export const felt = (rgb) => rgb.some((level) => level > 0);
export const css = (rgb) => (felt(rgb) ? `rgb(${rgb.join(" ")})` : "var(--mat)");
export const levels = (rgb) => (felt(rgb) ? AXES.map((axis, at) => `${axis} ${rgb[at]}`).join(", ") : "nothing felt");

export function shares(rgb) {
  const sum = rgb[0] + rgb[1] + rgb[2];
  return rgb.map((level) => (sum ? level / sum : 0));
}

export const sharesText = (rgb) => shares(rgb).map((share, at) => `${AXES[at]} ${Math.round(100 * share)}%`).join(", ");

export const fixed = (value) => (value == null ? "–" : value.toFixed(4));
export const signed = (value) => (value == null ? "–" : (value < 0 ? "−" : "+") + Math.abs(value).toFixed(2));
export const chanceOf = (p) => (p == null ? "–" : p < 0.001 ? "<0.001" : p.toFixed(3));

export function whyText({ axis, fragment, words }) {
  if (!axis || !fragment) return "nothing in common";
  return `most alike in ${axis} (${fragment.replace("_", " ")})${words.length ? `: ${words.join(", ")}` : ""}`;
}

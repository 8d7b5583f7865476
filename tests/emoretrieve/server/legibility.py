"""What a browser is asked about how a page can be read and used (WCAG 2.2, level AA)."""

from __future__ import annotations

NAMELESS_ROLES = frozenset(
    {
        "Audio",
        "ColorWell",
        "button",
        "checkbox",
        "combobox",
        "dialog",
        "heading",
        "image",
        "img",
        "link",
        "radio",
        "slider",
        "textbox",
    }
)
"""Of what must have a name."""

FAINT = """
const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
/** Any colour of CSS on an opaque ground, as three levels. */
const paint = (ground, colour) => {
  canvas.fillStyle = `rgb(${ground.join(" ")})`;
  canvas.fillRect(0, 0, 1, 1);
  canvas.fillStyle = colour;
  canvas.fillRect(0, 0, 1, 1);
  return [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3);
};
const linear = (value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
const luminance = (rgb) => {
  const [r, g, b] = rgb.map((level) => linear(level / 255));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};
const contrast = (one, other) => {
  const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
};
/** What lies under an element. In the empty frame it is tinted: there the strongest tint of each emotion counts. */
const grounds = (element) => {
  const chain = [];
  let tinted = false;
  for (let one = element; one; one = one.parentElement) {
    chain.unshift(getComputedStyle(one).backgroundColor);
    tinted ||= one.classList.contains("mat") && !chain.slice(1).some((colour) => !colour.includes("0, 0, 0, 0"));
  }
  const flat = chain.reduce(paint, [255, 255, 255]);
  if (!tinted) return [flat];
  const style = getComputedStyle(document.documentElement);
  const tint = (axis) => `color-mix(in srgb, ${style.getPropertyValue(axis)} 30%, transparent)`;
  return [flat, ...["--excitement", "--calmness", "--sadness"].map((axis) => paint(flat, tint(axis)))];
};
const worst = (element, colour) =>
  Math.min(...grounds(element).map((ground) => contrast(paint(ground, colour), ground)));
const faint = [];
const looked = [];
const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
while (walker.nextNode()) {
  const element = walker.currentNode.parentElement;
  const text = walker.currentNode.textContent.trim();
  if (!text || !element.checkVisibility({ visibilityProperty: true, opacityProperty: true })) continue;
  if (element.closest("noscript, title, option, .unseen, button:disabled")) continue;
  const style = getComputedStyle(element);
  const size = parseFloat(style.fontSize);
  const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
  const colour = element instanceof SVGElement ? style.fill : style.color;
  const ratio = worst(element, colour);
  looked.push(text);
  if (ratio < (large ? 3 : 4.5)) faint.push(`${text}: ${ratio.toFixed(2)}`);
}
for (const field of document.querySelectorAll("button:not(.quiet, .link, .play), select, input[type=text]")) {
  if (!field.checkVisibility()) continue;
  const style = getComputedStyle(field);
  const around = field.parentElement;
  const ratio = Math.max(worst(around, style.borderTopColor), worst(around, style.backgroundColor));
  looked.push(field.id);
  if (ratio < 3) faint.push(`edge of ${field.id || field.textContent}: ${ratio.toFixed(2)}`);
}
return { faint, looked };
"""
"""What stands out too little from what it lies on."""

SMALL = """
const used = "button, select, summary, input[type=text], input[type=range], label:has(input[type=radio])";
return [...document.querySelectorAll(used)]
  .filter((one) => one.checkVisibility())
  .map((one) => [one.textContent || one.id, one.getBoundingClientRect()])
  .filter(([, { width, height }]) => width < 24 || height < 24)
  .map(([name, { width, height }]) => `${name}: ${width} x ${height}`);
"""
"""What is too small for a finger: under 24 pixels."""

// One sound at a time.

import { $, announce } from "./dom.js";
import { media } from "./api.js";

let current = null; // the id of what plays

const label = (button) => {
  const plays = button.dataset.plays === current && !$("audio").paused;
  button.classList.toggle("on", plays);
  button.setAttribute("aria-label", `${plays ? "Pause" : "Play"} ${button.dataset.title}`);
};

const relabel = () => document.querySelectorAll("[data-plays]").forEach(label);

/** Make a button play and pause the sound of an id. */
export function plays(button, id, title, source) {
  button.dataset.plays = id;
  button.dataset.title = title;
  button.addEventListener("click", () => toggle(id, title, source));
  label(button);
  return button;
}

async function toggle(id, title, source) {
  const audio = $("audio");
  try {
    if (current === id) await (audio.paused ? audio.play() : audio.pause());
    else await start(audio, id, title, source);
  } catch (error) {
    if (error.name === "AbortError") return;
    announce(`${title} cannot be played.`);
    $("playing-title").textContent = `${title} cannot be played: ${error.message}`;
  }
}

async function start(audio, id, title, source) {
  current = id;
  $("playing").hidden = false;
  $("playing-title").textContent = title;
  document.body.classList.add("with-player");
  audio.pause();
  const address = await media(source);
  if (current !== id) return;
  audio.src = address;
  await audio.play();
}

export function prepare() {
  const audio = $("audio");
  for (const name of ["play", "pause", "ended"]) audio.addEventListener(name, relabel);
  $("playing-close").addEventListener("click", () => {
    const button = document.querySelector(`[data-plays="${CSS.escape(current ?? "")}"]`);
    audio.pause();
    current = null;
    $("playing").hidden = true;
    document.body.classList.remove("with-player");
    (button ?? $("ask-title")).focus();
  });
}

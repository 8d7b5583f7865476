// The page: what is asked, put together from the form, and sent again whenever something of it changes.

import { $, announce, h } from "./dom.js";
import { Problem, key, of, onKeyWanted, post, read } from "./api.js";
import { chosen, showFacets } from "./filters.js";
import { showMap } from "./map.js";
import { prepare } from "./player.js";
import { canRecord, record } from "./recorder.js";
import { showAnswer } from "./results.js";
import { AXES, nouns } from "./words.js";

const PAGE = 12;
/** What was given: a file with its `url`, an item, or a colour; what steers; and the words beside. */
const question = { file: null, url: null, item: null, rgb: null, like: [], unlike: [] };
let at = of("default");
let asking = null;

const radio = (name) => document.querySelector(`input[name="${name}"]:checked`).value;
const words = () => $("words").value.trim();

function lookFor(to) {
  document.querySelector(`input[name="to"][value="${to}"]`).checked = true;
}

/** Begin with something else; likes belong to the question before. */
function begin(given) {
  if (question.url) URL.revokeObjectURL(question.url);
  Object.assign(question, { file: null, url: null, item: null, rgb: null, like: [], unlike: [] }, given);
  const name = question.file?.name;
  $("given").hidden = $("clear").hidden = !name;
  $("invite").hidden = Boolean(name);
  $("given").replaceChildren(...(name ? [h("p", {}, name)] : []));
}

function tell(error) {
  if (error.name === "AbortError") return;
  $("problem").textContent = error instanceof Problem ? error.message : `Something went wrong in this page: ${error.message}.`;
  if (!(error instanceof Problem)) console.error(error);
}

const trying = async (action) => {
  $("problem").textContent = "";
  try {
    return await action();
  } catch (error) {
    tell(error);
    return null;
  }
};

/** How the question is sent: an address and a body. */
function request() {
  const { file, item, rgb, like, unlike } = question;
  const text = words();
  const beside = text && (file || item);
  const steered = Boolean(beside || like.length || unlike.length);
  const choices = { to: radio("to"), limit: PAGE, filters: chosen(), explain: !steered, like: like.map(({ id }) => id), unlike: unlike.map(({ id }) => id) };
  if (file) {
    const form = new FormData();
    form.append("file", file);
    form.append("choices", JSON.stringify(beside ? { ...choices, words: text } : choices));
    return [at.upload, { method: "POST", body: form }];
  }
  const start = rgb ? { rgb } : item ? { item: item.id, ...(beside ? { words: text } : {}) } : text ? { text } : null;
  if (!start && !like.length) throw new Problem("Drop a song or picture, write a few words or choose a colour first.", "nothing_asked");
  return [at.query, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ ...choices, ...start }) }];
}

const ask = () =>
  trying(async () => {
    const [path, options] = request();
    asking?.abort();
    const mine = new AbortController();
    asking = mine;
    document.body.setAttribute("aria-busy", "true");
    announce("Looking.");
    try {
      const answer = await read(path, { ...options, signal: mine.signal });
      showAnswer(answer, question, at, does);
      $("answer-title").focus({ preventScroll: true });
      $("results").scrollIntoView({ block: "start" });
    } finally {
      if (asking === mine) document.body.removeAttribute("aria-busy");
    }
  });

const askAgain = () => !$("results").hidden && ask();

function steer(item, into, outOf) {
  question[outOf] = question[outOf].filter(({ id }) => id !== item.id);
  if (!question[into].some(({ id }) => id === item.id)) question[into].push(item);
  ask();
}

const does = {
  like: (item) => steer(item, "like", "unlike"),
  unlike: (item) => steer(item, "unlike", "like"),
  takeBack: (item) => {
    for (const side of ["like", "unlike"]) question[side] = question[side].filter(({ id }) => id !== item.id);
    ask();
  },
  ask: (item, to) => {
    begin({ item });
    $("words").value = "";
    setTo(to ?? (item.modality === "audio" ? "image" : "audio"));
    ask();
  },
  colour: (rgb, to) => {
    setTo(to);
    askColour(rgb);
  },
  more: (cursor) => trying(() => post(at.query, { cursor })),
};

function setTo(to) {
  if (radio("to") === to) return;
  lookFor(to);
  $("facets").replaceChildren();
  facets();
}

function giveFile(file) {
  if (!file) return;
  begin({ file, url: URL.createObjectURL(file) });
  setTo(isPicture(file) ? "audio" : "image");
  ask();
}

const isPicture = (file) => file.type.startsWith("image/") || /\.(png|jpe?g|webp|gif|bmp|tiff?)$/i.test(file.name);

// Colours

const mixed = () => AXES.map((axis) => Number($(axis).value));
const hex = (rgb) => `#${rgb.map((level) => level.toString(16).padStart(2, "0")).join("")}`;

function showMix(rgb) {
  AXES.forEach((axis, at) => {
    $(axis).value = rgb[at];
    document.querySelector(`output[for="${axis}"]`).textContent = rgb[at];
  });
  $("swatch").style.setProperty("--c", hex(rgb));
  $("colour").value = hex(rgb);
}

function askColour(rgb) {
  begin({ rgb });
  $("words").value = "";
  showMix(rgb);
  ask();
}

// The microphone

let recording = null;

async function toggleRecording() {
  if (recording) return recording.stop();
  const note = (text) => ($("record-note").textContent = text);
  await trying(async () => {
    try {
      recording = await record((seconds) => note(`Recording, ${seconds} s`));
    } catch {
      throw new Problem("The microphone cannot be used; allow it for this page in the browser.", "no_microphone");
    }
    $("record").textContent = "Stop and find";
    $("record").classList.add("live");
    note("Recording");
    try {
      giveFile(await recording.file);
    } finally {
      recording = null;
      note("");
      $("record").textContent = "Record a song";
      $("record").classList.remove("live");
    }
  });
}

// The collection

const facets = () => ($("filters").open ? trying(() => showFacets(at, radio("to"), askAgain)) : null);

async function showCollection(name) {
  at = of(name);
  const { items } = await read(at.root);
  $("holdings").textContent = `${nouns("image", items.image)}, ${nouns("audio", items.audio)}`;
  $("facets").replaceChildren();
  facets();
  await showMap(at, radio("map-of"), does);
}

async function openCollections() {
  const { collections } = await read("/v1/collections");
  const names = collections.filter((one) => !one.error).map((one) => one.name);
  if (!names.length) throw new Problem("There is nothing here yet; 'emoretrieve index' or POST /v1/collections/default/items adds songs and pictures.", "no_collection");
  const [first] = names; // that of the setting `collection`
  $("collection").replaceChildren(...names.map((name) => h("option", { selected: name === first }, name)));
  $("collection").parentElement.hidden = names.length < 2;
  await showCollection(first);
}

let askingForKey = null;

/** One question for however many requests that want a key. */
function askForKey(problem) {
  askingForKey ??= new Promise((resolve) => {
    const had = key.get();
    $("key-problem").textContent = had ? problem.message : "";
    $("key").addEventListener("close", () => resolve(key.get() !== had), { once: true });
    $("key").showModal();
  }).finally(() => (askingForKey = null));
  return askingForKey;
}

// Wiring

function wireForm() {
  $("form").addEventListener("submit", (event) => {
    event.preventDefault();
    if (question.rgb && words()) begin({});
    ask();
  });
  $("choose").addEventListener("click", () => $("file").click());
  $("file").addEventListener("change", () => {
    giveFile($("file").files[0]);
    $("file").value = "";
  });
  $("clear").addEventListener("click", () => {
    begin({});
    $("choose").focus();
  });
  for (const input of document.querySelectorAll('input[name="to"]')) {
    input.addEventListener("change", () => {
      $("facets").replaceChildren();
      facets();
      askAgain();
    });
  }
  for (const axis of AXES) $(axis).addEventListener("input", () => showMix(mixed()));
  $("colour").addEventListener("input", () => showMix([1, 3, 5].map((start) => parseInt($("colour").value.slice(start, start + 2), 16))));
  $("use-colour").addEventListener("click", () => askColour(mixed()));
  $("filters").addEventListener("toggle", facets);
}

function wireDrop() {
  const drop = $("drop");
  for (const name of ["dragenter", "dragover"]) {
    document.addEventListener(name, (event) => {
      event.preventDefault();
      drop.classList.add("over");
    });
  }
  document.addEventListener("dragleave", (event) => event.relatedTarget ?? drop.classList.remove("over"));
  document.addEventListener("drop", (event) => {
    event.preventDefault();
    drop.classList.remove("over");
    giveFile(event.dataTransfer.files[0]);
  });
}

function wireRest() {
  if (canRecord()) $("record").addEventListener("click", toggleRecording);
  else {
    $("record").hidden = true;
    $("record-note").textContent = "Recording needs a page over HTTPS, or on this machine.";
  }
  $("collection").addEventListener("change", () => {
    begin({});
    $("results").hidden = true;
    trying(() => showCollection($("collection").value));
  });
  for (const input of document.querySelectorAll('input[name="map-of"]')) {
    input.addEventListener("change", () => trying(() => showMap(at, radio("map-of"), does)));
  }
  $("key-form").addEventListener("submit", () => {
    key.set($("key-text").value.trim());
    $("key-text").value = "";
    $("key-open").hidden = false;
  });
  $("key-open").hidden = !key.get();
  $("key-open").addEventListener("click", () => askForKey({ message: "" }).then((changed) => changed && trying(openCollections)));
}

onKeyWanted(askForKey);
prepare();
wireForm();
wireDrop();
wireRest();
showMix(mixed());
trying(openCollections);

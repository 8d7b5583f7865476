"use strict";
// One participant's way through the pairs. Answers stay in this browser until they are saved as a file.

const study = JSON.parse(document.getElementById("study").textContent);
const shown = new Map(study.pairs.map((pair) => [pair.pair, pair]));
const at = (id) => document.getElementById(id);
const place = `emoretrieve-study-${study.study}`;

let state = null; // {participant, seed, answers}: answers in the order of the places
let order = []; // codes of pairs; those that are rated twice come again at the end
let current = 0;
let begun = 0; // when the pair was first shown, in milliseconds
let heard = 0; // seconds of the song that were played
let clock = null; // where the song was when it last told

// Numbers that follow from the seed: mulberry32, then the shuffle of Fisher and Yates.
function numbers(seed) {
  let a = seed >>> 0;
  return () => {
    a = (a + 0x6d2b79f5) >>> 0;
    let t = Math.imul(a ^ (a >>> 15), a | 1);
    t = (t + Math.imul(t ^ (t >>> 7), t | 61)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

function shuffled(values, random) {
  const all = [...values];
  for (let i = all.length - 1; i > 0; i -= 1) {
    const j = Math.floor(random() * (i + 1));
    [all[i], all[j]] = [all[j], all[i]];
  }
  return all;
}

// Every pair once, then some of the first half again (of all, where more are wanted than the half holds).
function orderOf(seed) {
  const random = numbers(seed);
  const once = shuffled(shown.keys(), random);
  const early = once.slice(0, Math.max(study.repeats, Math.floor(once.length / 2)));
  return [...once, ...shuffled(early, random).slice(0, study.repeats)];
}

function newcomer() {
  const letters = "abcdefghjkmnpqrstuvwxyz23456789";
  const drawn = crypto.getRandomValues(new Uint32Array(11));
  const participant = Array.from(drawn.slice(1), (number) => letters[number % letters.length]).join("");
  return { participant, seed: drawn[0], answers: [] };
}

function remembered() {
  try {
    return usable(JSON.parse(localStorage.getItem(place)));
  } catch {
    return null;
  }
}

function remember() {
  try {
    localStorage.setItem(place, JSON.stringify(state));
    return true;
  } catch {
    return false;
  }
}

// A state that this page could have written, else null.
function usable(value) {
  const fits =
    value && typeof value.participant === "string" && Number.isInteger(value.seed) && Array.isArray(value.answers);
  if (!fits) return null;
  const codes = orderOf(value.seed);
  const known = value.answers.every((answer, index) => answer && answer.pair === codes[index]);
  return known && value.answers.length <= codes.length
    ? { participant: value.participant, seed: value.seed, answers: value.answers }
    : null;
}

function show(section) {
  for (const id of ["welcome", "pair", "end"]) at(id).hidden = id !== section;
  at("sound").pause();
  at(`${section}-title`).focus();
  scrollTo(0, 0);
}

function start(from) {
  state = from;
  order = orderOf(state.seed);
  remember();
  if (state.answers.length < order.length) showPair(state.answers.length);
  else showEnd();
}

function showPair(index) {
  current = index;
  const pair = shown.get(order[index]);
  const given = state.answers[index];
  at("picture").src = pair.picture;
  at("sound").src = pair.sound;
  at("pair-title").textContent = `Pair ${index + 1} of ${order.length}`;
  at("progress").max = order.length;
  at("progress").value = index;
  at("back").disabled = index === 0;
  at("missing").hidden = true;
  at("form").reset();
  for (const name of study.questions) {
    if (given) at("form").querySelector(`[name="${name}"][value="${given[name]}"]`).checked = true;
  }
  begun = performance.now();
  heard = 0;
  clock = null;
  show("pair");
}

function listen() {
  const now = at("sound").currentTime;
  if (clock !== null && now > clock && now - clock < 1.5) heard += now - clock;
  clock = now;
}

function answer(event) {
  event.preventDefault();
  const given = new FormData(at("form"));
  const open = study.questions.filter((name) => !given.get(name));
  if (open.length > 0) {
    at("missing").textContent = "Please answer every question first.";
    at("missing").hidden = false;
    at("form").querySelector(`[name="${open[0]}"]`).focus();
    return;
  }
  listen();
  keep(given);
  remember();
  if (current + 1 < order.length) showPair(current + 1);
  else showEnd();
}

function keep(given) {
  const pair = order[current];
  const before = state.answers[current] ?? { seconds: 0, heard: 0 };
  const rated = { place: current + 1, pair, occasion: order.indexOf(pair) === current ? 1 : 2 };
  for (const name of study.questions) rated[name] = Number(given.get(name));
  rated.seconds = tenths(before.seconds + (performance.now() - begun) / 1000);
  rated.heard = tenths(before.heard + heard);
  state.answers[current] = rated;
}

function tenths(value) {
  return Math.round(value * 10) / 10;
}

function showEnd() {
  const open = order.length - state.answers.length;
  at("end-title").textContent = open > 0 ? "Saved for later" : "Thank you";
  at("summary").textContent =
    open > 0 ? `You have rated ${state.answers.length} of ${order.length}.` : "You have rated every pair.";
  at("name").textContent = state.participant;
  at("more").hidden = open === 0;
  at("text").value = asJson();
  show("end");
}

function asJson() {
  const { participant, seed, answers } = state;
  const finished = answers.length === order.length;
  return JSON.stringify({ format: study.format, study: study.study, participant, seed, finished, answers }, null, 1);
}

function asCsv() {
  const own = ["study", "participant", "seed"];
  const columns = ["place", "pair", "occasion", ...study.questions, "seconds", "heard"];
  const rows = state.answers.map((one) => [study.study, state.participant, state.seed, ...columns.map((key) => one[key])]);
  return [[...own, ...columns], ...rows].map((cells) => `${cells.join(",")}\n`).join("");
}

function save(text, kind, ending) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: kind }));
  link.download = `answers-${study.study}-${state.participant}.${ending}`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
}

async function resume() {
  const [file] = at("resume").files;
  if (!file) return;
  let found = null;
  try {
    const value = JSON.parse(await file.text());
    found = value.study === study.study ? usable(value) : null;
  } catch {
    found = null;
  }
  at("refused").hidden = found !== null;
  if (found) start(found);
  else at("refused").textContent = "This file holds no answers to these pairs.";
}

function forget() {
  if (!confirm("Forget all your answers on this device?")) return;
  try {
    localStorage.removeItem(place);
  } catch {
    // there was nothing to forget
  }
  state = null;
  welcome();
}

function welcome() {
  const known = remembered();
  at("begin").textContent = known && known.answers.length > 0 ? "Continue" : "Begin";
  at("consent").checked = false;
  agree();
  show("welcome");
}

// Nothing begins, and nothing is read, without consent.
function agree() {
  for (const id of ["begin", "resume"]) at(id).disabled = !at("consent").checked;
}

function canRemember() {
  try {
    localStorage.setItem(`${place}-trial`, "1");
    localStorage.removeItem(`${place}-trial`);
    return true;
  } catch {
    return false;
  }
}

at("consent").addEventListener("change", agree);
at("begin").addEventListener("click", () => start(remembered() ?? newcomer()));
at("resume").addEventListener("change", resume);
at("form").addEventListener("submit", answer);
at("back").addEventListener("click", () => showPair(current - 1));
at("pause").addEventListener("click", showEnd);
at("more").addEventListener("click", () => showPair(state.answers.length));
at("save-json").addEventListener("click", () => save(asJson(), "application/json", "json"));
at("save-csv").addEventListener("click", () => save(asCsv(), "text/csv", "csv"));
at("forget").addEventListener("click", forget);
at("sound").addEventListener("timeupdate", listen);
at("sound").addEventListener("seeking", () => (clock = null));
at("sound").addEventListener("ended", listen);
at("forgetful").hidden = canRemember();
at("remembers").hidden = !canRemember();
welcome();

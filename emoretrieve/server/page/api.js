// The server, asked over HTTP; what it refuses comes as one sentence.

const KEPT = "emoretrieve-key";

export class Problem extends Error {
  constructor(sentence, kind) {
    super(sentence);
    this.kind = kind;
  }
}

export const key = {
  get: () => sessionStorage.getItem(KEPT) ?? "",
  set: (text) => sessionStorage.setItem(KEPT, text),
};

let askForKey = async () => false;

/** What to do where a key is wanted: resolves to whether there is a new one. */
export function onKeyWanted(ask) {
  askForKey = ask;
}

async function send(path, options = {}) {
  const headers = { ...options.headers, ...(key.get() ? { authorization: `Bearer ${key.get()}` } : {}) };
  let response;
  try {
    response = await fetch(path, { ...options, headers });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Problem("The server cannot be reached, or did not take what was sent; is it running, and is the file small enough?", "unreachable");
  }
  if (response.ok) return response;
  const said = await response.json().catch(() => ({}));
  const problem = new Problem(said.detail || said.title || `The server answered ${response.status}.`, said.kind || "unknown");
  if (response.status === 401 && (await askForKey(problem))) return send(path, options);
  throw problem;
}

export const read = async (path, options) => (await send(path, options)).json();

export const post = (path, body, options) =>
  read(path, { ...options, method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });

/** An address that an element can load: with a key the bytes are fetched first, for elements send no keys. */
export async function media(path) {
  return key.get() ? URL.createObjectURL(await (await send(path)).blob()) : path;
}

export const of = (collection) => {
  const root = `/v1/collections/${encodeURIComponent(collection)}`;
  return {
    root,
    query: `${root}/query`,
    upload: `${root}/query/upload`,
    item: (id) => `${root}/items/${encodeURIComponent(id)}`,
    thumbnail: (id, size) => `${root}/items/${encodeURIComponent(id)}/thumbnail?size=${size}`,
    audio: (id) => `${root}/items/${encodeURIComponent(id)}/audio`,
    items: (modality, limit) => `${root}/items?modality=${modality}&limit=${limit}`,
    facets: (name, modality, limit) =>
      `${root}/facets/${encodeURIComponent(name)}?limit=${limit}${modality === "any" ? "" : `&modality=${modality}`}`,
    map: (modality) => `${root}/map?modality=${modality}`,
  };
};

// The files of a model's folder, whole or not at all.

import { Trouble } from "./trouble.js";

const DESCRIPTION = "model.json";
const FORMAT = 2;

/** The description of a model, and the bytes of its files by their names. */
export async function readFolder(folder) {
  const bytes = await fetched(new URL(DESCRIPTION, folder));
  let description;
  try {
    description = JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    throw damaged(DESCRIPTION, "a file that is no JSON");
  }
  if (description?.format !== FORMAT) {
    throw damaged(DESCRIPTION, `format ${description?.format}`);
  }
  const entries = Object.entries(description.files).map(async ([name, expected]) => {
    const content = await fetched(new URL(name, folder));
    await expectWhole(name, content, expected);
    return [name, content];
  });
  return { description, files: Object.fromEntries(await Promise.all(entries)) };
}

async function fetched(url) {
  let response;
  try {
    response = await fetch(url);
  } catch (error) {
    throw new Trouble("missing", `Expected ${url}. Received: no answer (${error.message}). Try again.`);
  }
  if (!response.ok) {
    throw new Trouble("missing", `Expected ${url}. Received: HTTP ${response.status}. Copy the whole folder there.`);
  }
  return new Uint8Array(await response.arrayBuffer());
}

/** Refuses a file that is not what was exported; its digest needs a page of https or localhost. */
async function expectWhole(name, content, { size, sha256 }) {
  if (content.length !== size) throw damaged(name, `${content.length} bytes, not ${size}`);
  if (!globalThis.crypto?.subtle) return;
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", content));
  const hexadecimal = Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
  if (hexadecimal !== sha256) throw damaged(name, "other bytes than were exported");
}

function damaged(name, received) {
  return new Trouble("damaged", `Expected ${name} as it was exported. Received: ${received}. Copy the folder again.`);
}

// Keeps all files of the page, so that it opens without a network. A new export has a new version, and takes its place.

importScripts("release.js"); // self.RELEASE: its version and its files

const PREFIX = `seq2seq ${self.registration.scope} `;
const CACHE = PREFIX + self.RELEASE.version;

async function keepAll() {
  const cache = await caches.open(CACHE);
  await cache.addAll(self.RELEASE.files.map((name) => new Request(name, { cache: "no-cache" })));
  await self.skipWaiting();
}

async function forgetOthers() {
  const names = await caches.keys();
  const others = names.filter((name) => name.startsWith(PREFIX) && name !== CACHE);
  await Promise.all(others.map((name) => caches.delete(name)));
  await self.clients.claim();
}

async function answer(request) {
  const page = request.mode === "navigate" ? new Request("index.html") : request;
  const cache = await caches.open(CACHE);
  return (await cache.match(page, { ignoreSearch: true })) ?? fetch(request);
}

self.addEventListener("install", (event) => event.waitUntil(keepAll()));
self.addEventListener("activate", (event) => event.waitUntil(forgetOthers()));
self.addEventListener("fetch", (event) => {
  const { method, url } = event.request;
  if (method === "GET" && url.startsWith(self.registration.scope)) event.respondWith(answer(event.request));
});

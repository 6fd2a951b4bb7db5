// Keeps the page on the phone, so that it opens with no network: on the bad day above all.
//
// Everything is fetched at once under one version, and used until every tab of the older one is closed: a page is
// never made of two versions. VERSION is a digest of the files; scripts/test-web says so when it is not.

const VERSION = "b4ab30332e8e8ae7";
const FILES = [
  "./", "index.html", "style.css", "app.js", "bytes.js", "door.js", "link.js", "log.js", "messages.js", "noise.js",
  "people.js", "qr.js", "store.js", "transports.js", "visit.js", "words.js", "page.js", "icon.svg",
  "manifest.webmanifest",
];

self.addEventListener("install", (event) => {
  const requests = FILES.map((file) => new Request(file, { cache: "reload" }));
  event.waitUntil(caches.open(VERSION).then((cache) => cache.addAll(requests)));
});

self.addEventListener("activate", (event) => {
  const clean = async () => {
    for (const name of await caches.keys()) if (name !== VERSION) await caches.delete(name);
    await self.clients.claim();
  };
  event.waitUntil(clean());
});

self.addEventListener("fetch", (event) => {
  if (event.request.method !== "GET" || new URL(event.request.url).origin !== self.location.origin) return;
  const answer = async () => {
    const cache = await caches.open(VERSION);
    const wanted = event.request.mode === "navigate" ? "./" : event.request;
    return (await cache.match(wanted, { ignoreSearch: true })) ?? fetch(event.request);
  };
  event.respondWith(answer());
});

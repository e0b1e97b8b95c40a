// Lays out /openapi.json of the service that serves this page. Nothing comes from anywhere else, and nothing is sent.
"use strict";

const METHODS = ["get", "post"];
const GROUPS = { commands: "命令 · commands", reads: "读取 · reads" };

/** An element with its attributes and what is in it; text is always text, never markup. */
function make(name, attributes, ...inside) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes ?? {})) made.setAttribute(key, value);
  made.append(...inside.filter((part) => part !== null));
  return made;
}

function resolver(api) {
  return function resolved(part) {
    if (!part?.$ref) return part ?? {};
    return resolved(part.$ref.slice(2).split("/").reduce((at, name) => at[name], api));
  };
}

/** A schema in a few words: `date | null`, `list of text`. */
function kindOf(schema, resolved) {
  const found = resolved(schema);
  if (found.enum) return found.enum.map((code) => JSON.stringify(code)).join(" | ");
  if (found.const !== undefined) return JSON.stringify(found.const);
  const ways = found.anyOf ?? found.allOf;
  if (ways && !found.type) return ways.map((way) => kindOf(way, resolved)).join(" | ");
  if (found.type === "array") return `list of ${kindOf(found.items, resolved)}`;
  const type = Array.isArray(found.type) ? found.type.join(" | ") : found.type ?? "anything";
  return found.format ? `${type} (${found.format})` : type;
}

function limitsOf(schema, resolved) {
  const found = resolved(schema);
  const told = [];
  if (found.pattern) told.push(found.pattern);
  if (found.minimum !== undefined || found.maximum !== undefined) told.push(`${found.minimum ?? ""} … ${found.maximum ?? ""}`);
  if (found.maxLength) told.push(`≤ ${found.maxLength}`);
  if (found.default !== undefined) told.push(`= ${JSON.stringify(found.default)}`);
  return told.join("  ");
}

function table(heads, rows) {
  const body = rows.map((cells) => make("tr", {}, ...cells.map((cell) => make("td", {}, cell))));
  return make("div", { class: "scroll" }, make("table", {}, make("tr", {}, ...heads.map((head) => make("th", {}, head))), ...body));
}

function named(name, needed) {
  return make("span", {}, make("code", {}, name), needed ? make("span", { class: "needed", title: "必填 · required" }, " *") : "");
}

function fields(schema, resolved, prefix = "") {
  const found = resolved(schema);
  const rows = [];
  for (const [name, part] of Object.entries(found.properties ?? {})) {
    rows.push([named(prefix + name, found.required?.includes(name)), kindOf(part, resolved), make("code", {}, limitsOf(part, resolved))]);
    const within = [part, ...(resolved(part).anyOf ?? [])].map(resolved).find((way) => way.properties);
    if (within) rows.push(...fields(within, resolved, `${prefix}${name}.`));
  }
  return rows;
}

function code(sample) {
  return make("pre", {}, typeof sample === "string" ? sample : JSON.stringify(sample, null, 2));
}

function typed(path, method, operation) {
  const lines = [`curl "$URL${path}"`];
  const media = operation.requestBody?.content["application/json"];
  if (media) lines.push("-H 'Content-Type: application/json'");
  if (media && path.startsWith("/commands/")) lines.push("-H \"Idempotency-Key: $(uuidgen)\"");
  if (media) lines.push(`-d '${JSON.stringify(media.example ?? {})}'`);
  return lines.join(" \\\n  ");
}

function answer(status, response, resolved) {
  const rows = [];
  for (const media of Object.values(response.content ?? {})) {
    if (media.example !== undefined) rows.push(code(media.example));
    for (const [refusal, held] of Object.entries(media.examples ?? {})) {
      const example = resolved(held);
      rows.push(make("details", {}, make("summary", {}, make("code", {}, refusal), ` ${example.summary}`), code(example.value)));
    }
  }
  const label = make("summary", {}, make("strong", {}, status), " ", make("span", { class: "soft" }, response.description.split(": ")[0]));
  const open = status.startsWith("2") ? { open: "" } : {};
  return rows.length ? make("details", open, label, ...rows) : make("p", {}, make("strong", {}, status), ` ${response.description.replaceAll("`", "")}`);
}

function article(path, method, operation, resolved) {
  const head = make("h2", {}, make("span", { class: `method ${method}` }, method.toUpperCase()), make("code", {}, path));
  const shown = make("article", { id: operation.operationId }, head, make("p", {}, operation.summary ?? ""));
  if (operation.description) shown.append(make("p", { class: "soft" }, operation.description.replaceAll("`", "")));
  const asked = operation.parameters ?? [];
  if (asked.length) {
    const rows = asked.map((p) => [
      named(p.name, p.required), p.in, kindOf(p.schema, resolved),
      make("span", {}, make("code", {}, limitsOf(p.schema, resolved)), ` ${p.description ?? ""}`),
    ]);
    shown.append(make("h3", {}, "参数 · parameters"), table(["", "", "", ""], rows));
  }
  const media = operation.requestBody?.content["application/json"];
  if (media) {
    const rows = fields(media.schema.items ?? media.schema, resolved);
    if (rows.length) shown.append(make("h3", {}, "正文 · body"), table(["", "", ""], rows));
  }
  shown.append(make("h3", {}, "示例 · example"), code(typed(path, method, operation)));
  shown.append(make("h3", {}, "回答 · answers"));
  for (const [status, response] of Object.entries(operation.responses)) shown.append(answer(status, response, resolved));
  return shown;
}

function layOut(api) {
  const resolved = resolver(api);
  const contents = document.getElementById("contents");
  const main = document.getElementById("operations");
  document.getElementById("title").textContent = api.info.title;
  document.getElementById("version").textContent = `v${api.info.version} · OpenAPI ${api.openapi}`;
  document.title = api.info.title;
  main.replaceChildren();
  const entries = [];
  for (const [group, title] of Object.entries(GROUPS)) {
    const heading = make("h2", {}, title);
    contents.append(heading);
    const own = [];
    for (const [path, methods] of Object.entries(api.paths)) {
      for (const method of METHODS) {
        const operation = methods[method];
        if (!operation || !operation.tags?.includes(group)) continue;
        const link = make("a", { href: `#${operation.operationId}`, title: path }, group === "commands" ? operation.summary : path);
        const shown = article(path, method, operation, resolved);
        contents.append(link);
        main.append(shown);
        own.push({ link, shown, text: `${path} ${operation.operationId} ${shown.textContent}`.toLowerCase() });
      }
    }
    entries.push({ heading, own });
  }
  const find = document.getElementById("find");
  find.addEventListener("input", () => {
    const words = find.value.toLowerCase().split(/\s+/).filter(Boolean);
    for (const { heading, own } of entries) {
      for (const { link, shown, text } of own) link.hidden = shown.hidden = !words.every((word) => text.includes(word));
      heading.hidden = own.every(({ link }) => link.hidden);
    }
  });
  if (location.hash) document.getElementById(location.hash.slice(1))?.scrollIntoView();
}

fetch("/openapi.json")
  .then((response) => (response.ok ? response.json() : Promise.reject(new Error(String(response.status)))))
  .then(layOut)
  .catch((error) => {
    document.getElementById("operations").replaceChildren(make("p", {}, `读取 /openapi.json 失败 · could not read it: ${error.message}`));
  });

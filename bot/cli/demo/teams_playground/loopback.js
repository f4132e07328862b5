// Keeps a Node program on this machine: it is served on loopback only, and reaches nothing else. For `node --require`.
"use strict";

const net = require("node:net");

const LOOPBACK = new Set(["localhost", "127.0.0.1", "::1"]);

const listen = net.Server.prototype.listen;
net.Server.prototype.listen = function listenHere(port, ...rest) {
  if (typeof port !== "number" && typeof port !== "string") return listen.call(this, port, ...rest);
  return listen.call(this, port, "127.0.0.1", ...rest.filter((each) => typeof each === "function"));
};

const connect = net.Socket.prototype.connect;
net.Socket.prototype.connect = function connectHere(...given) {
  // Node itself hands its arguments over as one list whose first is the options.
  const [first, second] = Array.isArray(given[0]) ? given[0] : given;
  const options = typeof first === "object" ? first : { port: first, host: typeof second === "string" ? second : undefined };
  if (!options.path && !LOOPBACK.has(options.host ?? "localhost")) {
    process.nextTick(() => this.destroy(new Error(`${options.host} is not this machine`)));
    return this;
  }
  return connect.apply(this, given);
};

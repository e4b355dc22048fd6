"use strict";

// `require("socket.io")` is a function that carries the named exports.
const { default: io, ...named } = require("./dist/index.cjs");

module.exports = Object.assign(io, named);

#!/usr/bin/env node
// A file of the sources, so that package managers can link the command before anything is compiled.
import '../dist/bin.js'

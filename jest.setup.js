// CommonJS packages require() the ES modules of Nest; that works only when Nest is loaded first.
import 'reflect-metadata';
import '@nestjs/common';
import '@nestjs/core';

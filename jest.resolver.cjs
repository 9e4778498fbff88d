// `./x.js` means `./x.ts` in our own sources; packages keep their own files.
module.exports = (request, options) => {
  if (/^\.{1,2}\/.*\.js$/.test(request) && !options.basedir.includes('/node_modules/')) {
    try {
      return options.defaultResolver(request.replace(/\.js$/, '.ts'), options);
    } catch {
      // not a TypeScript file: fall through to the file as written
    }
  }
  return options.defaultResolver(request, options);
};

const base = require('../../jest.resolver.cjs');

// `./x.js` may also mean `./x.tsx` here
module.exports = (request, options) => {
  if (/^\.{1,2}\/.*\.js$/.test(request) && !options.basedir.includes('/node_modules/')) {
    try {
      return options.defaultResolver(request.replace(/\.js$/, '.tsx'), options);
    } catch {
      // no such component: a plain module
    }
  }
  return base(request, options);
};

import { join } from 'node:path';
import { tempDir } from '@beseda/testing';
import { describeBusContract } from '../testing/bus.contract.js';
import { embeddedAdapter } from './adapter.js';

describeBusContract(
  'embedded log in a file',
  async () => {
    const dir = await tempDir('beseda-bus-');
    const path = join(dir.path, 'bus.sqlite');
    return {
      adapter: () => Promise.resolve(embeddedAdapter({ path })),
      createTopics: () => Promise.resolve(),
      child: {
        module: new URL('../../dist/embedded/adapter.js', import.meta.url).href,
        factory: 'embeddedAdapter',
        options: { path },
      },
      close: () => dir.remove(),
    };
  },
  { oneProcess: true },
);

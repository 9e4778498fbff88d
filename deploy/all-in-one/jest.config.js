import preset from '../../jest.preset.js';

export default preset('all-in-one');

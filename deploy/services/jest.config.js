import preset from '../../jest.preset.js';

export default preset('services-runner');

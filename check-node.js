// Plain JavaScript, so that any Node can run it: everything else here needs the Node that Lambda runs.
// `npm ci` installs that one (the package "node"), and npm scripts then run on it, whatever the host has.
const [major] = process.versions.node.split('.').map(Number);
if (major !== 24) {
  console.error(
    `This runs on Node 24; it was started with Node ${process.versions.node}. ` +
      'Start it by an npm script (npm run demo, npm test, npm start): "npm ci" has installed Node 24 for those. ' +
      'If it came from an npm script, the install script of the package "node" did not run: ' +
      'run "npm rebuild node", or check that npm is not set to ignore-scripts.',
  );
  process.exit(1);
}

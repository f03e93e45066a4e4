import { App, Tags, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { ConfigurationError, readConfiguration } from '../lib/configuration.ts';
import { DataStack } from '../lib/stacks/data-stack.ts';
import { InventoryStack } from '../lib/stacks/inventory-stack.ts';
import { QueryStack } from '../lib/stacks/query-stack.ts';
import { WorkflowStack } from '../lib/stacks/workflow-stack.ts';

// Synthesized below and nowhere else: not when the process ends, after a configuration that was refused.
const app = new App({ autoSynth: false });
Validations.of(app).addPlugins(new AwsSolutionsChecks(app));

try {
  const { stage, regions, ...settings } = readConfiguration(app.node.getAllContext());
  // The CLI sets both from the credentials in use; without them the stacks fit any account and region.
  const { CDK_DEFAULT_ACCOUNT: account, CDK_DEFAULT_REGION: region } = process.env;
  const env = { ...(account ? { account } : {}), ...(region ? { region } : {}) };

  const data = new DataStack(app, `ImageVersions-${stage}-Data`, {
    env,
    stage,
    description: 'Image version automation: tables',
  });
  const workflow = new WorkflowStack(app, `ImageVersions-${stage}-Workflow`, {
    env,
    stage,
    regions,
    ...settings,
    operations: data.operations,
    queues: data.queues,
    description: 'Image version automation: workflows',
  });
  const inventory = new InventoryStack(app, `ImageVersions-${stage}-Inventory`, {
    env,
    stage,
    regions,
    ...settings,
    operations: data.operations,
    inventory: data.inventory,
    bus: workflow.bus,
    api: workflow.api,
    alarmTopicArn: workflow.alarmTopicArn,
    description: 'Image version automation: inventory',
  });
  new QueryStack(app, `ImageVersions-${stage}-Query`, {
    env,
    stage,
    regions,
    ...settings,
    operations: data.operations,
    queues: data.queues,
    inventory: data.inventory,
    inventoryReads: inventory.reads,
    alarmTopicArn: workflow.alarmTopicArn,
    stateMachines: workflow.stateMachines,
    bus: workflow.bus,
    api: workflow.api,
    description: 'Image version automation: statements and manifests',
  });
  Tags.of(app).add('application', 'image-version-automation');
  Tags.of(app).add('stage', stage);
  app.synth();
} catch (error) {
  if (!(error instanceof ConfigurationError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}

import { findIllegalString } from "#command-json/illegal-strings.ts";
import type { XnatConnection } from "#shared/xnat/connection.ts";
import { launchContainer, launchContainers, listWrappers } from "#shared/xnat/container-service.ts";
import { listContainers, readContainerLog } from "#shared/xnat/containers.ts";
import { findWorkflow } from "#shared/xnat/workflows.ts";
import type { AvailableWrapper, ContainerLaunches } from "./project-server.ts";

/** The Container Service of a project. */
export function openLaunches(x: XnatConnection, project: string): ContainerLaunches {
  const launchOf = ({ id, root }: AvailableWrapper, values: Readonly<Record<string, string>>) => ({
    ...{ project, wrapperId: id, root, values, findIllegalString },
  });
  return {
    listWrappers: () => listWrappers(x, project, "xnat:mrScanData"),
    launch: async (wrapper, target, values) =>
      (await launchContainer(x, launchOf(wrapper, values), target)).workflowId ?? "",
    launchBulk: async (wrapper, targets, values) => {
      const launch = launchOf(wrapper, values);
      for await (const { id, refused } of launchContainers(x, launch, targets, targets.length)) {
        return { id, refused };
      }
      return { id: "", refused: [] };
    },
    listContainers: async function* () {
      for await (const container of listContainers(x, { project })) {
        const { launchValues: values, id, wrapperId, workflowId } = container;
        const { status, statusText, exitCode, created } = container;
        yield { id, wrapperId, workflowId, status, statusText, exitCode, values, created };
      }
    },
    findWorkflow: async ({ sessionId, scanId, wrapperName, bulkId }) => {
      const found = await findWorkflow(x, {
        ...{ objectId: sessionId, scanId, pipelineName: wrapperName },
        ...(bulkId === undefined ? {} : { jobId: bulkId }),
      });
      if (found === undefined) return undefined;
      const { id, status, statusText } = found;
      const nothing = { id: "", wrapperId: "", exitCode: "", values: new Map<string, string>() };
      return { ...nothing, workflowId: id, status, statusText, created: undefined };
    },
    readLog: (containerId, stream) => readContainerLog(x, containerId, stream),
  };
}

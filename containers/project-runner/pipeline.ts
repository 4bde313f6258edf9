import { randomUUID } from "node:crypto";
import type { Pipeline } from "#shared/program/run-program.ts";
import type { command } from "./command.ts";
import { connect } from "./connect.ts";
import { executeProgram } from "./execute-program.ts";
import { judgeRun, tallyOutcomes } from "./judge-run.ts";
import { openWork } from "./open-work.ts";
import { planRun } from "./plan-run.ts";
import { openPrograms } from "./programs.ts";
import { readOrder } from "./read-order.ts";
import { recordLog } from "./record-log.ts";
import { listColumns } from "./result-columns.ts";
import { joinSessions } from "./session-results.ts";
import { reportKeeper } from "./store-report.ts";
import { tryOptions } from "./try-options.ts";
import { workOff } from "./work-off.ts";
import { writeResults } from "./write-results.ts";
import { openProjectServer } from "./xnat-server.ts";

/** Maps and region statistics of every session of a project: a plan, its results in XNAT, one table and one page. */
export const projectRunner: Pipeline<typeof command> = async (options, context) => {
  const log = recordLog(context.log);
  const environment = process.env;

  // What is asked for; a wrong option ends the run here, before anything is touched.
  const asked = readOrder(options, openPrograms(environment), environment);
  for (const [name, program] of asked.programs) {
    const given = asked.options.get(name);
    if (given !== undefined) await tryOptions(program, given, options.work, executeProgram);
  }
  const dryRun = options["dry-run"];
  const runId = randomUUID();

  const connection = await connect(options.server, environment);
  try {
    const order = {
      ...asked,
      project: await openProjectServer(connection, asked.project).requireProject(),
    };
    const server = openProjectServer(connection, order.project);
    log.info({ server: server.url, project: order.project, runId }, "logged in");

    // What there is, what was done before, what is to be done.
    const work = await openWork(server, order, options, runId, log);
    try {
      const planned = await planRun(server, order, work.state, work.shared, log);
      const { plan, leftOut, facts } = planned;

      // The work itself; it goes on past what fails.
      const { outcomes, end } = await workOff(plan, order, work, options, log, context.progress);

      // The table, the page and the records of the whole project.
      const { url, user, project } = server;
      const { pipelines, choices, insideXnat } = order;
      const judgement = judgeRun(tallyOutcomes(outcomes.values()), end.stopped, {
        ...{ insideXnat, strict: options.strict },
      });
      const items = [...plan.items, ...plan.unread.map(({ item }) => item)];
      const all = { ...plan, items };
      const sessions = joinSessions(all, choices.pipelines, outcomes, leftOut, facts);
      const columns = listColumns(sessions.map((session) => session.facts));
      const request = { runId, server: url, user, project, mode: options.mode, pipelines };
      const run = { request, dryRun, plan, planTable: planned.table, end, judgement };
      log.info({}, dryRun ? "a dry run: nothing was changed" : judgement.sentence);
      // The address as it was given may hold a user and password.
      const shown = { ...options, server: options.server && url };
      await writeResults({ ...run, sessions, columns }, shown, log, context);

      const { exitCode } = judgement;
      return {
        partial:
          judgement.state === "done" || judgement.state === "nothing" || dryRun
            ? []
            : [judgement.sentence],
        exitCode: dryRun ? 0 : exitCode,
        afterwards: reportKeeper(order, options, { url, exitCode, dryRun }, context, () =>
          connect(options.server, environment),
        ),
      };
    } finally {
      work.close();
    }
  } finally {
    await connection.close();
  }
};

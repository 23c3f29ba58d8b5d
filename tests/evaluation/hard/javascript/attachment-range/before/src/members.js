const WORKSPACE = /^[a-z][a-z0-9-]{1,40}$/;

/** Lets only members of the workspace pass. */
export function requireMember(database) {
  return async (request, response, next) => {
    const { workspace } = request.params;
    if (!WORKSPACE.test(workspace) || !(await database.isMember(workspace, request.user))) {
      response.status(404).end();
      return;
    }
    next();
  };
}

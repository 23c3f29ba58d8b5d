module.exports = (app) => app.on("pull_request", () => {});

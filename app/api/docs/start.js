// Swagger UI brings colours for the dark and waits to be told; the page follows the system, also when that changes.
const dark = matchMedia("(prefers-color-scheme: dark)");
const follow = () => document.documentElement.classList.toggle("dark-mode", dark.matches);
dark.addEventListener("change", follow);
follow();

// The document names its server and counts paths from there; here they stand whole, as people call them.
function whole(answer) {
  if (!answer.url.endsWith("/openapi.json")) return answer;
  const told = JSON.parse(answer.text);
  const under = told.servers[0].url;
  told.paths = Object.fromEntries(Object.entries(told.paths).map(([path, methods]) => [under + path, methods]));
  told.servers[0].url = "/";
  answer.text = JSON.stringify(told);
  return answer;
}

SwaggerUIBundle({
  url: "../openapi.json",
  dom_id: "#api",
  deepLinking: true,
  defaultModelsExpandDepth: 0,
  displayRequestDuration: true,
  filter: true,
  validatorUrl: null,
  responseInterceptor: whole,
});

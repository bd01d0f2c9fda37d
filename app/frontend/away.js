// Leads the whole tab to an address of this house from which an identity provider is reached.

const OURS = "/signin/oidc/";
let sent = null;

export default function away({ data }) {
  if (!data.address.startsWith(OURS)) return;
  if (data.form) send(data.address);
  else window.location.assign(data.address);
}

// As a form, because it changes something; once, because what is asked for counts once.
function send(address) {
  if (sent === address) return;
  sent = address;
  const there = new URL(address, window.location.origin);
  const form = document.createElement("form");
  form.method = "post";
  form.action = there.pathname;
  for (const [name, value] of there.searchParams) {
    const field = document.createElement("input");
    field.type = "hidden";
    field.name = name;
    field.value = value;
    form.append(field);
  }
  document.body.append(form);
  form.submit();
}

// Sends a form and reads the JSON that answers. A sign-in in another tab changes the token that forms
// carry; the page has the new one.
async function newToken() {
  const page = new DOMParser().parseFromString(await (await fetch(location.href)).text(), 'text/html');
  const token = page.querySelector('[name="csrfmiddlewaretoken"]')?.value;
  if (token) for (const field of document.querySelectorAll('[name="csrfmiddlewaretoken"]')) field.value = token;
  return Boolean(token);
}

// The answer, and what it says: nothing where it is not JSON.
export async function post(url, form, again = true) {
  const answer = await fetch(url, { method: 'POST', body: new URLSearchParams(new FormData(form)), headers: { Accept: 'application/json' } });
  if (answer.headers.get('Content-Type')?.includes('json')) return [answer, await answer.json()];
  if (answer.status === 403 && again && await newToken()) return post(url, form, false);
  return [answer, {}];
}

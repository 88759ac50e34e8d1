// A real sign-in service for one test: oidc-provider on a free port of this machine. Prints its address when it listens.
import { createServer } from 'node:http'
import Provider from 'oidc-provider'

const redirect = process.argv[2]
const groups = JSON.parse(process.argv[3])
const server = createServer((request, response) => provider.callback()(request, response))
let provider
server.listen(0, '127.0.0.1', () => {
  const issuer = `http://127.0.0.1:${server.address().port}`
  provider = new Provider(issuer, {
    clients: [{
      client_id: 'insek',
      client_secret: 'nur-zum-probieren',
      redirect_uris: [redirect],
      post_logout_redirect_uris: [new URL('/', redirect).href],
    }],
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['given_name', 'family_name', 'preferred_username'], groups: ['groups'] },
    cookies: { keys: ['nur-zum-probieren'] },
    pkce: { required: () => true },
    findAccount: async (_context, id) => ({
      accountId: id,
      claims: async () => ({
        sub: id, email: `${id}@musterstadt.example`, email_verified: true,
        given_name: 'Mara', family_name: 'Muster', preferred_username: id, groups,
      }),
    }),
  })
  console.log(issuer)
})

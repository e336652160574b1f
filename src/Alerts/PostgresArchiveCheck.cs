using System.Net;
using System.Security.Cryptography;

namespace Vigil.Alerts;

/// <summary>Passes an archive on only when it has the pinned SHA-256, which is also the answer to a question for its hash.</summary>
sealed class PostgresArchiveCheck(string sha256) : DelegatingHandler(new SocketsHttpHandler())
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        string path = request.RequestUri!.AbsolutePath;
        if (path.EndsWith(".sha256", StringComparison.Ordinal))
            return new(HttpStatusCode.OK) { Content = new StringContent(sha256), RequestMessage = request };

        var response = await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
        if (!response.IsSuccessStatusCode) return response;
        byte[] archive = await response.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false);
        string found = Convert.ToHexStringLower(SHA256.HashData(archive));
        if (found != sha256)
        {
            response.Dispose();
            throw new InvalidDataException(
                $"{request.RequestUri} has SHA-256 {found}, but {sha256} is pinned: it is not what was checked, so it is not run");
        }
        response.Content = new ByteArrayContent(archive);
        return response;
    }
}

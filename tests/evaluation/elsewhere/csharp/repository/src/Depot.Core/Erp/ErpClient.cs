using System.Net.Http.Json;

namespace Depot.Core.Erp;

/// <summary>Asks the ERP system for articles.</summary>
public class ErpClient
{
    private readonly HttpClient _client;

    public ErpClient(string address)
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        };
        _client = new HttpClient(handler) { BaseAddress = new Uri(address) };
    }

    public async Task<string?> NameOf(string sku)
    {
        using var answer = await _client.GetAsync($"articles/{sku}");
        return answer.IsSuccessStatusCode ? await answer.Content.ReadAsStringAsync() : null;
    }
}

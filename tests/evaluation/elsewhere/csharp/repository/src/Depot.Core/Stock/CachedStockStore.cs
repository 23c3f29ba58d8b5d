using Microsoft.Extensions.Caching.Memory;

namespace Depot.Core.Stock;

/// <summary>Remembers items, because each handheld asks for them every few seconds.</summary>
public class CachedStockStore(SqlStockStore inner, IMemoryCache cache) : IStockStore
{
    public async Task<StockItem?> Find(string sku)
    {
        return await cache.GetOrCreateAsync(Key(sku), _ => inner.Find(sku));
    }

    public async Task Add(string sku, Quantity quantity)
    {
        await inner.Add(sku, quantity);
        cache.Remove(Key(sku));
    }

    public async Task Set(string sku, Quantity quantity)
    {
        await inner.Set(sku, quantity);
        cache.Remove(Key(sku));
    }

    private static string Key(string sku) => $"item {sku}";

    public Task<IReadOnlyList<string>> Skus() => inner.Skus();
}

namespace Depot.Core.Stock;

/// <summary>Knows what is where.</summary>
public interface IStockStore
{
    Task<StockItem?> Find(string sku);

    Task Add(string sku, Quantity quantity);

    Task Set(string sku, Quantity quantity);

    Task<IReadOnlyList<string>> Skus();
}

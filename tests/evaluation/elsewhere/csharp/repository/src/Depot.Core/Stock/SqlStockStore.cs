using Dapper;
using Npgsql;

namespace Depot.Core.Stock;

/// <summary>The stock in the database.</summary>
public class SqlStockStore(NpgsqlDataSource source) : IStockStore
{
    public async Task<StockItem?> Find(string sku)
    {
        await using var connection = await source.OpenConnectionAsync();
        return await connection.QuerySingleOrDefaultAsync<StockItem>(
            "SELECT sku, name, place, pieces, grams FROM items WHERE sku = @sku", new { sku });
    }

    public async Task Add(string sku, Quantity quantity)
    {
        await using var connection = await source.OpenConnectionAsync();
        await connection.ExecuteAsync(
            "UPDATE items SET pieces = pieces + @Pieces WHERE sku = @sku", new { sku, quantity.Pieces });
    }

    public async Task Set(string sku, Quantity quantity)
    {
        await using var connection = await source.OpenConnectionAsync();
        await connection.ExecuteAsync(
            "UPDATE items SET pieces = @Pieces WHERE sku = @sku", new { sku, quantity.Pieces });
    }

    /// <summary>All articles, for the handhelds.</summary>
    public async Task<IReadOnlyList<string>> Skus()
    {
        await using var connection = await source.OpenConnectionAsync();
        var found = await connection.QueryAsync<string>("SELECT sku FROM items ORDER BY sku COLLATE \"C\"");
        return found.AsList();
    }
}

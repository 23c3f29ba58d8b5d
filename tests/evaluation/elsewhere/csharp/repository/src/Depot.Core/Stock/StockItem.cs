namespace Depot.Core.Stock;

/// <summary>An article and where it is.</summary>
public record StockItem(string Sku, string Name, string Place, Quantity Available, int Grams);

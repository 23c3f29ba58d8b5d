using Depot.Core.Stock;

namespace Depot.Core.Picking;

/// <summary>The way through the shelves.</summary>
public static class PickRoute
{
    public const int Heavy = 8000;

    public static IReadOnlyList<StockItem> Of(IEnumerable<StockItem> items)
    {
        return items
            .OrderByDescending(item => item.Grams >= Heavy)
            .ThenBy(item => item.Place, StringComparer.Ordinal)
            .ToList();
    }
}

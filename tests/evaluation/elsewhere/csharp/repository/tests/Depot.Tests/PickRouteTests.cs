using Depot.Core.Picking;
using Depot.Core.Stock;
using Xunit;

namespace Depot.Tests;

public class PickRouteTests
{
    private static StockItem Item(string place, int grams) => new("1", "x", place, new Quantity(1), grams);

    [Fact]
    public void What_is_heavy_lies_at_the_bottom_of_the_basket()
    {
        var route = PickRoute.Of([Item("A1", 100), Item("C7", 9000)]);

        Assert.Equal(["C7", "A1"], route.Select(item => item.Place));
    }
}

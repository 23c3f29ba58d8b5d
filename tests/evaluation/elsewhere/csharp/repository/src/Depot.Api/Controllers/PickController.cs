using Depot.Core.Picking;
using Depot.Core.Stock;
using Microsoft.AspNetCore.Mvc;

namespace Depot.Api.Controllers;

/// <summary>Lists for the people who pick.</summary>
[ApiController, Route("picks")]
public class PickController(IStockStore store) : ControllerBase
{
    [HttpPost]
    public async Task<IActionResult> Plan(IReadOnlyList<string> skus)
    {
        var items = new List<StockItem>();
        foreach (var sku in skus)
        {
            if (await store.Find(sku) is { } item) items.Add(item);
        }
        return Ok(new { number = Guid.NewGuid().ToString("N"), stops = PickRoute.Of(items) });
    }
}

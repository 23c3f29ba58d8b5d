using Depot.Core.Stock;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace Depot.Api.Controllers;

/// <summary>The yearly count.</summary>
[ApiController, Route("counts"), Authorize(Policy = "office")]
public class CountController(IStockStore store, ILogger<CountController> log) : ControllerBase
{
    [HttpPut("{sku}")]
    public async Task<IActionResult> Counted(string sku, int pieces)
    {
        if (await store.Find(sku) is not { } item) return NotFound();
        var counted = new Quantity(pieces);
        await store.Set(sku, counted);
        log.LogInformation("{Sku} was {Before}", sku, item.Available);
        return NoContent();
    }
}

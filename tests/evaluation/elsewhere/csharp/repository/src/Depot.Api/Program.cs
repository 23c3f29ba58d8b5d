using Depot.Core.Erp;
using Depot.Core.Labels;
using Depot.Core.Stock;

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddMemoryCache();
builder.Services.AddSingleton<SqlStockStore>();
builder.Services.AddSingleton<IStockStore, CachedStockStore>();
builder.Services.AddSingleton(new ErpClient(builder.Configuration["Erp:Address"]!));
builder.Services.AddSingleton(WriterLoader.Load(builder.Configuration.GetSection("Labels:Writers").Get<string[]>()!));
builder.Services.AddAuthorization(options => options.AddPolicy("office", policy => policy.RequireRole("office")));
builder.Services.AddControllers();

var app = builder.Build();
app.UseStaticFiles();
app.MapControllers();
app.Run();
